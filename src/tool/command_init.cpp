// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <array>
#include <vector>

#include "array_file.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "interruption.hpp"

namespace nntk::tool {

void run_init(const Program& program, const InitOptions& options, const Console& console) {
  const std::size_t count = program.describe().parameter_count;
  const Interruption interruption;
  ArrayFile out(options.out);
  std::vector<double> theta(count);
  program.initialise(options.seed, theta);
  out.write(std::array{count}, theta);
  out.commit();
  console.say(fmt::format("{} parameters, seed {}", show_count(count), options.seed));
}

}  // namespace nntk::tool
