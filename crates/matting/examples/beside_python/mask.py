"""One tensor through Python's onnxruntime on one thread: CPU seconds a run, median. Called by the example beside it.

    mask.py MODEL TENSOR HEIGHT WIDTH ROUNDS OUTPUT
"""

import sys
import time

import numpy
import onnxruntime

model, tensor, height, width, rounds, output = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
values = numpy.fromfile(tensor, dtype="<f4").reshape(1, 3, int(height), int(width))
name = session.get_inputs()[0].name
(mask,) = session.run(None, {name: values})
mask.astype("<f4").tofile(output)
took = []
for _ in range(int(rounds)):
    before = time.process_time()
    session.run(None, {name: values})
    took.append(time.process_time() - before)
print(onnxruntime.__version__, sorted(took)[len(took) // 2])
