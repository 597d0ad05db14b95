// SPDX-License-Identifier: BSD-3-Clause
//
// A contender is a program that takes one case, a JSON file written by peers.py:
//
//   layers           of the network, as `info --json` lists them
//   x, theta         .npy files (n, d) and (P,)
//   kernel           ntk or ntk-infinite; of outputs, their mean
//   out              the .npy file (n, n) that it writes
//   threads, seconds, least   to use; to repeat for; repetitions at least
//   started          when the process was started, by the monotonic clock
//   implementation   which one, where a contender has several
//
// and prints {"first": seconds from its start to the first matrix, "steady": median of the others,
// "repetitions": how many, "peak_mib": of its memory}. The matrix and all else that is as large is allocated
// as the contender likes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"

namespace peers {

struct Case {
  nlohmann::json settings;
  nntk::io::Array x, theta;
  [[nodiscard]] std::size_t samples() const { return x.shape[0]; }
  [[nodiscard]] int threads() const { return settings["threads"]; }
};

inline Case read_case(int count, char** arguments) {
  if (count != 2) throw nntk::DataError("expected one argument, a case.json of peers.py");
  nlohmann::json settings = nlohmann::json::parse(std::ifstream(arguments[1]));
  return {settings, nntk::io::read_npy(std::string(settings["x"])),
          nntk::io::read_npy(std::string(settings["theta"]))};
}

/// Seconds of the clock that Python calls monotonic.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of this process since it began to run its program.
inline double peak_mib() {
  std::ifstream status("/proc/self/status");
  double kibibytes = 0;
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) kibibytes = std::stod(line.substr(6));
  return kibibytes / 1024;
}

/// Evaluates for the file and the time to the first result, and then for the time that it takes. A matrix is
/// (n, n), in row-major order.
inline void compete(const Case& given, const std::function<std::span<const double>()>& evaluate) {
  const auto& settings = given.settings;
  const std::span<const double> matrix = evaluate();
  const double first = now() - double(settings["started"]);
  const std::vector<std::size_t> shape{given.samples(), given.samples()};
  nntk::io::write_npy(std::string(settings["out"]), shape, matrix);
  std::vector<double> seconds;
  for (double total = 0; seconds.size() < settings["least"] || total < settings["seconds"];
       total += seconds.back()) {
    const double begin = now();
    evaluate();
    seconds.push_back(now() - begin);
  }
  std::ranges::sort(seconds);
  const nlohmann::json result{{"first", first},
                              {"steady", seconds[seconds.size() / 2]},
                              {"repetitions", seconds.size()},
                              {"peak_mib", peak_mib()}};
  std::cout << result << '\n';
}

}  // namespace peers
