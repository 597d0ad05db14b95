// SPDX-License-Identifier: BSD-3-Clause
//
// The tangent kernel by hand in libtorch: a Dense layer's inputs a and the cotangents d_o of its outputs,
// which automatic differentiation gives, and
//
//   K += (σ_w²/n aaᵀ + σ_b²) ∘ Σ_o d_o d_oᵀ / O.
#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "contender.hpp"

namespace {

using torch::Tensor;

/// What the kernel needs of the Dense layers, in their order.
struct Record {
  std::vector<Tensor> a, z;
  std::vector<double> weight_factors, bias_scales;
};

Tensor apply_dense(const nlohmann::json& layer, const Tensor& theta, const Tensor& a, Record& record) {
  const std::int64_t in = layer["in"], out = layer["out"];
  const std::int64_t weight = layer["blocks"][0]["offset"], bias = layer["blocks"][1]["offset"];
  const double factor = double(layer["weight_scale"]) / std::sqrt(double(in));
  const Tensor w = theta.slice(0, weight, weight + in * out).view({out, in});
  const Tensor b = theta.slice(0, bias, bias + out);
  Tensor z = torch::addmm(b, a, w.t(), double(layer["bias_scale"]), factor);
  if (record.z.empty()) z.requires_grad_();
  record.a.push_back(a);
  record.z.push_back(z);
  record.weight_factors.push_back(factor);
  record.bias_scales.push_back(layer["bias_scale"]);
  return z;
}

Tensor apply(const nlohmann::json& layers, const Tensor& theta, Tensor a, Record& record) {
  for (const auto& layer : layers) {
    const std::string name = layer["name"];
    if (name == "Dense") a = apply_dense(layer, theta, a, record);
    if (name == "Relu") a = torch::relu(a);
    if (name == "Residual")
      a = a + double(layer["branch_scale"]) * apply(layer["children"], theta, a, record);
  }
  return a;
}

Tensor evaluate(const nlohmann::json& layers, const Tensor& theta, const Tensor& x) {
  Record record;
  const Tensor f = apply(layers, theta, x, record);
  const std::int64_t n = f.size(0), outputs = f.size(1);
  std::vector<Tensor> cotangents(record.z.size());
  for (std::int64_t o = 0; o < outputs; ++o) {
    const auto gradients = torch::autograd::grad({f.select(1, o).sum()}, record.z, {}, o + 1 < outputs);
    for (std::size_t l = 0; l < gradients.size(); ++l)
      cotangents[l] = o == 0 ? torch::mm(gradients[l], gradients[l].t())
                             : cotangents[l].addmm_(gradients[l], gradients[l].t());
  }
  const torch::NoGradGuard guard;
  Tensor kernel = torch::zeros({n, n}, x.options());
  for (std::size_t l = 0; l < cotangents.size(); ++l) {
    const double factor = record.weight_factors[l], bias = record.bias_scales[l];
    const Tensor products = torch::mm(record.a[l], record.a[l].t()).mul_(factor * factor).add_(bias * bias);
    kernel.addcmul_(products, cotangents[l], 1.0 / double(outputs));
  }
  return kernel;
}

/// A view, for as long as the numbers are there.
Tensor tensor_of(const nntk::io::Array& array) {
  const std::vector<std::int64_t> shape(array.shape.begin(), array.shape.end());
  return torch::from_blob(const_cast<double*>(array.values.data()), shape, torch::kFloat64);
}

}  // namespace

int main(int count, char** arguments) {
  const peers::Case given = peers::read_case(count, arguments);
  torch::set_num_threads(given.threads());
  const Tensor x = tensor_of(given.x), theta = tensor_of(given.theta);
  Tensor kernel;
  peers::compete(given, [&]() -> std::span<const double> {
    kernel = evaluate(given.settings["layers"], theta, x);
    return {kernel.data_ptr<double>(), std::size_t(kernel.numel())};
  });
}
