// SPDX-License-Identifier: BSD-3-Clause
//
// NTK-ECRN (Mysore et al. 2025, arXiv:2512.08264) against fully connected and plain residual networks, on
// five problems: the spectrum of its kernel at infinite width, then what training does to each network.
//
//   ecrn DATA DIGITS FOLDER [SEEDS]     tables to standard output, paths of training to FOLDER
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "architectures.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "spectra.hpp"
#include "study.hpp"

namespace {

using namespace ecrn;

/// The lines that `describe` makes of each problem on its training inputs of seed 0.
void print_lines(const std::vector<Problem>& problems, const char* title, std::string_view heading,
                 const std::function<std::string(const Problem&, const Samples&)>& describe) {
  std::vector<std::string> lines(problems.size());
#pragma omp parallel for schedule(dynamic)
  for (std::size_t p = 0; p < problems.size(); ++p)
    lines[p] = describe(problems[p], split_for_waves(problems[p], 0).training);
  std::printf("%s\n%s\n", title, heading.data());
  for (const std::string& line : lines) std::fputs(line.c_str(), stdout);
  std::printf("\n");
}

void print_spectra(const std::vector<Problem>& problems) {
  print_lines(problems, "Expected NTK of ECRN at infinite width, and its bounds", spectra_heading,
              describe_spectra);
  print_lines(problems, "Scales that hold the condition number", schedule_heading, describe_schedule);
  print_lines(problems, "Distance of the mean of R realisations to the expected kernel", sampled_heading,
              describe_sampled);
}

/// [architecture][seed]
using Runs = std::vector<std::vector<Run>>;

Runs train_all(const Problem& problem, std::size_t seeds) {
  Runs runs(architecture_count, std::vector<Run>(seeds));
#pragma omp parallel for collapse(2) schedule(dynamic)
  for (std::size_t a = 0; a < architecture_count; ++a) {
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      const Architecture& architecture = architectures()[a];
      const Split data = architecture.sees_waves ? split_for_waves(problem, seed) : split(problem, seed);
      runs[a][seed] = architecture.train(data, problem.task, seed);
    }
  }
  return runs;
}

void print_training(const Problem& problem, const std::filesystem::path& folder, std::size_t seeds) {
  const Runs runs = train_all(problem, seeds);
  std::printf(
      "%s: %s\n%s\n", problem.name.c_str(),
      problem.task == Task::regression ? "root mean square error, deviations of the target" : "% wrong",
      study_heading.data());
  for (std::size_t a = 0; a < architecture_count; ++a) {
    const std::string name(architectures()[a].name);
    const Study study(runs[a]);
    std::fputs(study.describe(name).c_str(), stdout);
    study.write_paths(folder / (problem.name + '_' + name + ".txt"));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  const unsigned long seeds = count == 5 ? std::strtoul(words[4], nullptr, 10) : 5;
  if (count < 4 || count > 5 || seeds < 2) {
    std::fprintf(stderr, "usage: ecrn DATA DIGITS FOLDER [SEEDS], at least 2\n");
    return static_cast<int>(nntk::ExitCode::usage);
  }
  try {
    nntk::set_blas_threads(1);
    const std::vector<Problem> problems = read_problems(words[1], words[2]);
    print_spectra(problems);
    std::printf("Training, mean +- standard error of %lu seeds\n\n", seeds);
    for (const Problem& problem : problems) print_training(problem, words[3], seeds);
  } catch (const nntk::Error& error) {
    std::fprintf(stderr, "ecrn: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
