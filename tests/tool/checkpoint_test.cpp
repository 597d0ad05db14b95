// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/checkpoint.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "io/scratch.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

using io::test::Scratch;
using io::test::sentence_of;

const RunIdentity run{{"--learning-rate", "0.1"}, {"x", "abc"}};

TrainingState make_state() {
  TrainingState state;
  state.step = 123456789012;
  state.theta = {1.0 / 3, -0.0, std::numeric_limits<double>::denorm_min(), 1e308};
  state.velocity = {std::sqrt(2.0), 0, -1e-300, 5};
  state.losses = Losses(2);
  state.losses.add(0.1, 7);
  state.losses.add(0.3, 8);
  state.test_losses = Losses(1.0 / 7);
  state.records = {{0, 1.0 / 3}, {5, std::numeric_limits<double>::infinity()}};
  return state;
}

std::string refusal(const Path& path, const RunIdentity& wanted = run) {
  const std::string sentence = sentence_of<DataError>([&] { (void)read_checkpoint(path, wanted); });
  CHECK(io::test::is_one_line(sentence));
  CHECK(sentence.starts_with(path.string() + ": expected a checkpoint of this training, found "));
  return sentence;
}

}  // namespace

TEST_CASE("A checkpoint gives back the same bits") {
  const Scratch folder;
  const TrainingState state = make_state();
  write_checkpoint(folder / "c", run, state);
  const TrainingState found = read_checkpoint(folder / "c", run);
  CHECK(found.step == state.step);
  CHECK((found.theta == state.theta && std::signbit(found.theta[1]) && found.velocity == state.velocity));
  CHECK((found.losses.before == 2 && found.losses.after == 0.3 && found.losses.lowest == 0.1));
  CHECK((found.losses.lowest_step == 7 && found.test_losses.before == 1.0 / 7));
  CHECK(found.records == state.records);
  CHECK(folder.count_entries() == 1);
}

TEST_CASE("A checkpoint of another run is refused with what differs") {
  const Scratch folder;
  write_checkpoint(folder / "c", run, make_state());
  CHECK_THAT(refusal(folder / "c", {{"--learning-rate", "0.2"}, {"x", "abc"}}),
             Catch::Contains("--learning-rate was 0.1, and is 0.2"));
  CHECK_THAT(refusal(folder / "c", {{"y", "d"}}), Catch::Contains("y was unknown, and is d"));
}

TEST_CASE("A checkpoint that is cut, changed in any byte or followed by another is refused") {
  const Scratch folder;
  write_checkpoint(folder / "c", run, make_state());
  const std::string whole = io::test::read_bytes(folder / "c");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    refusal(folder.write("cut", whole.substr(0, i)));
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    refusal(folder.write("changed", changed));
  }
  refusal(folder.write("long", whole + '\0'));
}

TEST_CASE("What is no checkpoint is refused") {
  const Scratch folder;
  refusal(folder / "absent");
  refusal(folder.folder());
  refusal("/dev/zero");
  for (const char* bytes : {"", "{}", "\xA0", "\x80", "\xBF\xFF",
                            "\xA1\x66"
                            "format\xF6",
                            "\x93NUMPY\x01"})
    refusal(folder.write("other", bytes));
}

TEST_CASE("A checkpoint that cannot be written leaves nothing") {
  const Scratch folder;
  CHECK_THROWS_AS(write_checkpoint(folder / "absent" / "c", run, make_state()), OutputError);
  CHECK_THROWS_AS(write_checkpoint(folder.folder(), run, make_state()), OutputError);
  CHECK(folder.count_entries() == 0);
}

}  // namespace nntk::tool
