//! rten: pure Rust, compiled in. The compiled-in network is loaded with only the operators that it uses; a file of the user's with all
//! that rten has.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, op_registry};
use rten_tensor::{AsView, NdTensorView, Tensor};

use super::{MODEL, Runtime};
use crate::error::MattingError;
use crate::mask::Tensor as Input;

/// The network in rten.
pub(crate) struct Rten {
    model: Model,
    pool: Arc<ThreadPool>,
}

impl Rten {
    pub(crate) fn load(threads: usize) -> Result<Self, MattingError> {
        let operators =
            op_registry!(Add, Cast, Concat, Conv, Gather, MaxPool, Relu, Resize, Shape, Sigmoid, Slice, Unsqueeze);
        let model = ModelOptions::with_ops(operators)
            .prepack_weights(true)
            .load_static_slice(MODEL)
            .map_err(|error| in_words(&error))?;
        Ok(Self::of(model, threads))
    }

    /// Loads the user's own file. It is nobody's that was tried here: a panic of the loader is a file that cannot be used.
    pub(crate) fn load_file(network: &Path, threads: usize) -> Result<Self, MattingError> {
        let load = || ModelOptions::with_all_ops().load_file(network);
        let loaded = catch_unwind(AssertUnwindSafe(load)).map_err(|_| in_words(&"the model cannot be loaded"))?;
        Ok(Self::of(loaded.map_err(|error| in_words(&error))?, threads))
    }

    fn of(model: Model, threads: usize) -> Self {
        Self { model, pool: Arc::new(ThreadPool::with_num_threads(threads)) }
    }
}

impl Runtime for Rten {
    fn name(&self) -> &'static str {
        "rten"
    }

    fn run(&self, input: &Input) -> Result<Vec<f32>, MattingError> {
        let shape = [1, 3, input.height, input.width];
        let view = NdTensorView::try_from_data(shape, input.values.as_slice()).map_err(|error| in_words(&error))?;
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.pool));
        let run = || self.model.run_one(view.into(), Some(options));
        let output = catch_unwind(AssertUnwindSafe(run)).map_err(|_| in_words(&"the model cannot be run"))?;
        let mask: Tensor<f32> =
            output.map_err(|error| in_words(&error))?.try_into().map_err(|error| in_words(&error))?;
        Ok(mask.to_vec())
    }
}

fn in_words(error: &dyn std::fmt::Display) -> MattingError {
    MattingError::Runtime(format!("rten: {error}"))
}
