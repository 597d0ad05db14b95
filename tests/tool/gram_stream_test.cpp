// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/gram_stream.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "io/scratch.hpp"
#include "nntk/error.hpp"
#include "tool/linear_evaluation.hpp"

namespace {

using namespace nntk;
using namespace nntk::tool;
using namespace nntk::tool::test;
using nntk::io::test::Scratch;

/// More samples than a part of one entry has rows, or one of three outputs in full.
struct Work {
  std::size_t outputs, n;
  OutputMode mode;
  std::vector<double> x = std::vector<double>(2 * n);
  GramRequest request;
  std::size_t entries = entries_of(mode, outputs);

  Work(std::size_t outputs_, std::size_t n_, OutputMode mode_) : outputs(outputs_), n(n_), mode(mode_) {
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = static_cast<double>(k * k % 101) - 50;
    request.x = {x, n}, request.outputs = mode;
  }
  [[nodiscard]] LinearEvaluation evaluation() const { return {request, 2, outputs}; }
  [[nodiscard]] std::vector<std::size_t> shape() const {
    if (mode == OutputMode::full) return {n, n, outputs, outputs};
    return {n, n};
  }
};

void accept(std::span<const double> /*values*/) {}

/// One run into a folder, stopped where `progress` or `check` says so.
void run(const Work& work, const std::filesystem::path& path, const nntk::Progress& progress,
         const std::function<void(std::span<const double>)>& check = accept) {
  auto evaluation = work.evaluation();
  std::vector<std::unique_ptr<GramFile>> files;
  files.push_back(std::make_unique<GramFile>(path, io::RealType::f8, work.shape(), "test"));
  GramStream stream(evaluation, find_parts(evaluation, true, work.entries), true, work.entries,
                    std::move(files), check);
  stream.run(progress);
  stream.commit();
}

std::vector<double> whole(const Work& work) {
  std::vector<double> values(work.n * work.n * work.entries);
  auto evaluation = work.evaluation();
  evaluation.run({values});
  return values;
}

const Work large(1, 2500, OutputMode::mean), deep(3, 800, OutputMode::full);

/// In the second of three parts; the first has 2,048 rows of 2,500, 78.8 % of the pairs that are evaluated.
bool stop_late(double fraction) { return fraction < 0.9; }

}  // namespace

TEST_CASE("A Gram matrix that is streamed is the one that is evaluated as a whole") {
  for (const Work* work : {&large, &deep}) {
    const Scratch scratch;
    std::vector<double> told;
    run(*work, scratch / "k.npy", [&](double fraction) {
      told.push_back(fraction);
      return true;
    });
    const io::Array array = io::read_npy(scratch / "k.npy");
    CHECK(array.shape == work->shape());
    CHECK(array.values == whole(*work));
    CHECK(scratch.count_entries() == 1);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.back() == 1);
  }
}

TEST_CASE("A stream that is interrupted keeps its parts, and the next one goes on to the same bits") {
  const Scratch scratch;
  const auto words = io::test::sentence_of<Interrupted>([&] { run(large, scratch / "k.npy", stop_late); });
  CHECK(words == "interrupted at 78 %: the same command goes on from there");
  CHECK_FALSE(std::filesystem::exists(scratch / "k.npy"));
  std::vector<double> told;
  run(large, scratch / "k.npy", [&](double fraction) {
    told.push_back(fraction);
    return true;
  });
  CHECK(told.front() > 0.78);
  CHECK(io::read_npy(scratch / "k.npy").values == whole(large));
}

TEST_CASE("A stream that is interrupted before its first part is there leaves nothing") {
  const Scratch scratch;
  CHECK_THROWS_WITH(run(large, scratch / "k.npy", [](double) { return false; }), "interrupted");
  CHECK(scratch.count_entries() == 0);
}

TEST_CASE("A stream whose values are refused leaves nothing") {
  const Scratch scratch;
  std::size_t parts = 0;
  const auto refuse_second = [&](std::span<const double>) {
    if (++parts == 2) throw DataError("no");
  };
  CHECK_THROWS_AS(run(large, scratch / "k.npy", {}, refuse_second), DataError);
  CHECK(scratch.count_entries() == 0);
}
