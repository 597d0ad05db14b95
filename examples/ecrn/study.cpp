// SPDX-License-Identifier: BSD-3-Clause
#include "study.hpp"

#include <fmt/format.h>

#include <fstream>
#include <numeric>

#include "nntk/error.hpp"

namespace ecrn {
namespace {

std::string format(const Mean& mean) { return fmt::format("  {:8.3g} +- {:<5.1g}", mean.value, mean.error); }

}  // namespace

Mean mean_of(const std::vector<double>& numbers) {
  const auto n = static_cast<double>(numbers.size());
  const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / n;
  double squares = 0;
  for (const double number : numbers) squares += (number - mean) * (number - mean);
  return {mean, std::sqrt(squares / (n * (n - 1)))};
}

Study::Study(const std::vector<Run>& runs) {
  for (const Run& run : runs)
    if (run.losses.are_finite()) finite_.push_back(run);
  failed_ = runs.size() - finite_.size();
}

Mean Study::mean(const std::function<double(const Run&)>& quantity) const {
  std::vector<double> numbers;
  for (const Run& run : finite_) numbers.push_back(quantity(run));
  return mean_of(numbers);
}

std::string Study::describe(std::string_view architecture) const {
  const auto growth = [](const Run& run) {
    return run.path.back().eigenvalues.front() / run.path.front().eigenvalues.front();
  };
  return fmt::format("{:15}", architecture) + format(mean([](const Run& r) { return r.path.back().error; })) +
         format(mean([](const Run& r) { return r.path.back().drift; })) +
         format(mean([](const Run& r) { return std::log10(r.path.front().condition()); })) +
         format(mean([](const Run& r) { return std::log10(r.path.back().condition()); })) +
         format(mean(growth)) + format(mean([](const Run& r) { return 100 * r.losses.rises(); })) +
         fmt::format("  {:8.3g} {:5}\n", mean([](const Run& r) { return r.losses.peak(); }).value, failed_);
}

void Study::write_paths(const std::filesystem::path& path) const {
  std::ofstream out(path);
  const auto put = [&](const Mean& mean) { out << ' ' << mean.value << ' ' << mean.error; };
  for (std::size_t i = 0; i < snapshot_steps.size(); ++i) {
    out << snapshot_steps[i];
    put(mean([&](const Run& run) { return run.path[i].error; }));
    put(mean([&](const Run& run) { return run.path[i].drift; }));
    for (std::size_t k = 0; k < ranks.size(); ++k)
      put(mean([&](const Run& run) { return std::log10(run.path[i].eigenvalues[k]); }));
    out << '\n';
  }
  if (!out.flush()) throw nntk::OutputError(path.string() + ": writing failed");
}

}  // namespace ecrn
