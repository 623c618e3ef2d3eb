//! rten: pure Rust, compiled in, with only the operators that this network uses.

use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, op_registry};
use rten_tensor::{AsView, NdTensor, NdTensorView};

use super::{MODEL, Runtime};
use crate::error::MattingError;
use crate::mask::Tensor;

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
        Ok(Self { model, pool: Arc::new(ThreadPool::with_num_threads(threads)) })
    }
}

impl Runtime for Rten {
    fn name(&self) -> &'static str {
        "rten"
    }

    fn run(&self, input: &Tensor) -> Result<Vec<f32>, MattingError> {
        let shape = [1, 3, input.height, input.width];
        let view = NdTensorView::try_from_data(shape, input.values.as_slice()).map_err(|error| in_words(&error))?;
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.pool));
        let output = self.model.run_one(view.into(), Some(options)).map_err(|error| in_words(&error))?;
        let mask: NdTensor<f32, 4> = output.try_into().map_err(|error| in_words(&error))?;
        Ok(mask.to_vec())
    }
}

fn in_words(error: &dyn std::fmt::Display) -> MattingError {
    MattingError::Runtime(format!("rten: {error}"))
}
