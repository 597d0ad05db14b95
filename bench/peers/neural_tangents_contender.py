# SPDX-License-Identifier: BSD-3-Clause
"""google/neural-tangents on JAX, jitted: the empirical kernel by each of its implementations, or the infinite one."""
import sys
import types

import jax

jax.config.update("jax_enable_x64", True)
# Its experimental module imports TensorFlow, which nothing here needs.
sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")
import neural_tangents as nt
from neural_tangents import stax

from contender import apply, compete, read_case, take_parameters


def make_empirical(case):
    layers = case["layers"]
    dense = take_parameters(layers, case["theta"])
    scales = [(weight, bias) for _, _, weight, bias in dense]

    def network(parameters, x):
        remaining = iter(zip(parameters, scales))

        def next_dense():
            (w, b), (weight_scale, bias_scale) = next(remaining)
            return lambda a: weight_scale * (a @ w) + bias_scale * b

        return apply(layers, next_dense, jax.nn.relu, x)

    implementation = nt.NtkImplementation[case["implementation"].removesuffix("-BATCHED")]
    kernel = jax.jit(nt.empirical_ntk_fn(network, trace_axes=(-1,), vmap_axes=0, implementation=implementation))
    if case["implementation"].endswith("-BATCHED"):
        kernel = nt.batch(kernel, batch_size=32, device_count=0)
    parameters = jax.device_put([(w, b) for w, b, _, _ in dense])
    return lambda x: kernel(x, None, parameters)


def make_infinite(case):
    def stages(layers, branch_scale=1.0):
        for layer in layers:
            if layer["name"] == "Dense":
                yield stax.Dense(layer["out"], W_std=layer["weight_scale"], b_std=layer["bias_scale"])
            elif layer["name"] == "Relu":
                yield stax.ABRelu(0, branch_scale)
            elif layer["name"] == "Residual":
                body = stax.serial(*stages(layer["children"], layer["branch_scale"]))
                yield stax.serial(stax.FanOut(2), stax.parallel(stax.Identity(), body), stax.FanInSum())

    _, _, kernel = stax.serial(*stages(case["layers"]))
    evaluate = jax.jit(lambda x: kernel(x, None, "ntk"))
    return lambda x: evaluate(x)


def main():
    case = read_case()
    kernel = make_empirical(case) if case["kernel"] == "ntk" else make_infinite(case)
    x = jax.device_put(case["x"])
    compete(case, lambda: jax.block_until_ready(kernel(x)))


if __name__ == "__main__":
    main()
