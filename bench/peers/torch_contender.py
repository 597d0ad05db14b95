# SPDX-License-Identifier: BSD-3-Clause
"""The tangent kernel in PyTorch: with torch.func by Jacobians or by products with the kernel, or by hand.

By hand is what structured derivatives come to: a Dense layer's inputs a, the cotangents d_o of its outputs by automatic
differentiation, and K += (σ_w²/n aaᵀ + σ_b²) ∘ Σ_o d_o d_oᵀ / O.
"""
import torch
from torch.func import jacrev, jvp, vjp, vmap

from contender import apply, compete, read_case, take_parameters


class Contender:
    def __init__(self, case):
        self.layers = case["layers"]
        dense = take_parameters(self.layers, case["theta"])
        self.parameters = [(torch.from_numpy(w), torch.from_numpy(b)) for w, b, _, _ in dense]
        self.scales = [(weight, bias) for _, _, weight, bias in dense]
        self.x = torch.from_numpy(case["x"])

    def network(self, parameters, x):
        remaining = iter(zip(parameters, self.scales))

        def next_dense():
            (w, b), (weight_scale, bias_scale) = next(remaining)
            return lambda a: weight_scale * (a @ w) + bias_scale * b

        return apply(self.layers, next_dense, torch.relu, x)

    def jacobian(self):
        """Jacobians of all samples, contracted."""
        rows = vmap(jacrev(self.network), (None, 0))(self.parameters, self.x)
        kernel = 0
        for layer in rows:
            for block in layer:
                flat = block.flatten(2)
                kernel = kernel + torch.einsum("Nof,Mof->NM", flat, flat) / flat.shape[1]
        return kernel

    def products(self):
        """J(x) J(x')ᵀ of every pair, applied to the unit vectors of the outputs."""

        def pair(x1, x2):
            outputs, pull_back = vjp(lambda parameters: self.network(parameters, x2), self.parameters)

            def apply_kernel(vector):
                (tangent,) = pull_back(vector)
                return jvp(lambda parameters: self.network(parameters, x1), (self.parameters,), (tangent,))[1]

            return torch.diagonal(vmap(apply_kernel)(torch.eye(len(outputs), dtype=outputs.dtype))).mean()

        return vmap(vmap(pair, (None, 0)), (0, None))(self.x, self.x)

    def by_hand(self):
        inputs, preactivations = [], []
        remaining = iter(zip(self.parameters, self.scales))

        def next_dense():
            (w, b), (weight_scale, bias_scale) = next(remaining)

            def dense(a):
                z = torch.addmm(b, a, w, beta=bias_scale, alpha=weight_scale)
                inputs.append(a.detach())
                preactivations.append(z if preactivations else z.requires_grad_())
                return z

            return dense

        f = apply(self.layers, next_dense, torch.relu, self.x)
        outputs = f.shape[1]
        sums = [0] * len(preactivations)
        for o in range(outputs):
            gradients = torch.autograd.grad(f[:, o].sum(), preactivations, retain_graph=o + 1 < outputs)
            sums = [d @ d.T if o == 0 else total.addmm_(d, d.T) for total, d in zip(sums, gradients)]
        kernel = torch.zeros(len(f), len(f), dtype=f.dtype)
        for a, total, (weight_scale, bias_scale) in zip(inputs, sums, self.scales):
            kernel.addcmul_((a @ a.T).mul_(weight_scale**2).add_(bias_scale**2), total, value=1 / outputs)
        return kernel


def main():
    case = read_case()
    torch.set_num_threads(case["threads"])
    contender = Contender(case)
    evaluate = getattr(contender, case["implementation"])
    compete(case, lambda: evaluate().numpy())


if __name__ == "__main__":
    main()
