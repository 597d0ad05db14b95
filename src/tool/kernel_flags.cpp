// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_flags.hpp"

#include "flags.hpp"

namespace nntk::tool {

void add_parameters(CLI::App& app, KernelOptions& options) {
  add_path(app, "--theta", options.theta, "parameters, .npy (default: drawn from --seed)");
  add(app, "--seed", "N", options.seed, "seed of the parameters (default 0)", parse_seed);
}

void add_displacements(CLI::App& app, KernelOptions& options, const std::string& prefix) {
  add_count(app, "--samples", options.samples, prefix + "displacements M (default 1024)");
  add(app, "--radius", "R", options.radius, prefix + "length of a displacement (default 0.1)",
      parse_positive);
  add_choice(app, "--interaction", interaction_names, options.interaction,
             prefix + "law of the length (default fixed)");
  add_choice(app, "--direction", direction_names, options.direction,
             prefix + "law of the direction (default rademacher)");
  add(app, "--order", "S", options.order, prefix + "order of --interaction riesz (default 0.5)",
      parse_positive);
  add(app, "--inner-radius", "R", options.inner_radius,
      prefix + "inner cut of --interaction riesz (default 0)", parse_positive);
  add_count(app, "--layer", options.layer,
            prefix + "displace the parameters of this layer alone, as info counts");
  app.add_flag("--antithetic", options.antithetic, prefix + "displacements in pairs of opposite sign");
  add(app, "--nonlocal-seed", "N", options.nonlocal_seed,
      prefix + "seed of the displacements (default --seed)", parse_seed);
}

void add_noise(CLI::App& app, KernelOptions& options) {
  add_count(app, "--realisations", options.realisations,
            "stochastic networks: draws of their noise (default 1)", 65536);
  add(app, "--noise-seed", "N", options.noise_seed, "stochastic networks: seed of the noise (default 0)",
      parse_seed);
}

void add_kernel(CLI::App& app, KernelOptions& options) {
  add_choice(app, "--kernel", kernel_names, options.kernel, "kernel (default ntk)");
  add_parameters(app, options);
  add_displacements(app, options, "nntk: ");
  add_choice(app, "--estimator", estimator_names, options.estimator, "nntk: estimator (default energy)");
  add_choice(app, "--attention", attention_names, options.attention,
             "nntk: weights of the displacements (default none: all the same); own: each input's by its own "
             "response");
  add(app, "--temperature", "T", options.temperature, "nntk: temperature of the attention (default 1)",
      parse_positive);
  add_path(app, "--anchors", options.anchors, "nntk: inputs (n, d) that --attention response looks at");
  add_count(app, "--sketch-rows", options.sketch_rows,
            "nntk: rows of query and key of --attention dot (default 16)", 4096);
  add_noise(app, options);
  add_choice(app, "--average", average_names, options.average,
             "stochastic networks: the mean kernel of the realisations, or the kernel of their mean network "
             "(default kernel)");
  add_choice(app, "--noise", noise_names, options.noise,
             "stochastic networks, nntk: whether displaced parameters have the same noise (default common)");
}

void add_threads(CLI::App& app, KernelOptions& options) {
  add_count(app, "--threads", options.threads, "threads (default: one a core)", 1024);
}

}  // namespace nntk::tool
