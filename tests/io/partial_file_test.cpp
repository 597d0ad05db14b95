// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/partial_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "full_disk.hpp"
#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"
#include "scratch.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

constexpr std::size_t size = 4 * sizeof(double);
const std::array<std::size_t, 1> shape{4};

std::string header() { return npy_header(RealType::f8, shape, PartialFile::head_size); }

void write(PartialFile& file, std::size_t at, double value) {
  file.write_at(at * sizeof(double), std::as_bytes(std::span(&value, 1)));
}

/// A run that finishes two pieces of four and is then interrupted.
void leave_half(const std::filesystem::path& path, std::string_view identity = "mine") {
  PartialFile file(path, size, identity);
  write(file, 1, 11);
  write(file, 0, 10);
  file.mark_finished(2);
  file.keep();
}

std::size_t finished_for(const std::filesystem::path& path, std::string_view identity,
                         std::size_t data_size = size) {
  return PartialFile(path, data_size, identity).finished();
}

}  // namespace

TEST_CASE("A partial file goes on where a run of the same identity stopped, and then appears") {
  const Scratch scratch;
  const auto path = scratch / "k.npy";
  leave_half(path);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_THROWS_AS(read_npy(scratch / "k.npy.partial"), DataError);
  PartialFile file(path, size, "mine");
  CHECK(file.finished() == 2);
  write(file, 3, 13);
  write(file, 2, 12);
  file.commit(header());
  CHECK(read_npy(path).values == std::vector<double>{10, 11, 12, 13});
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A partial file of another identity, another size or a damaged journal starts anew") {
  const Scratch scratch;
  const auto path = scratch / "k.npy", partial = scratch / "k.npy.partial";
  leave_half(path);
  SECTION("identity") { CHECK(finished_for(path, "other") == 0); }
  SECTION("size") { CHECK(finished_for(path, "mine", 2 * size) == 0); }
  SECTION("journal") {
    std::string bytes = read_bytes(partial);
    bytes[bytes.find("finished: 0") + 10] = '1';
    scratch.write("k.npy.partial", bytes);
    CHECK(finished_for(path, "mine") == 0);
  }
  SECTION("not ours at all") {
    scratch.write("k.npy.partial", std::string(PartialFile::head_size + size, 'x'));
    CHECK(finished_for(path, "mine") == 0);
  }
  CHECK(scratch.count_entries() == 0);
}

TEST_CASE("A partial file that nobody keeps, or of which nothing is finished, leaves nothing") {
  const Scratch scratch;
  {
    PartialFile file(scratch / "k.npy", size, "mine");
  }
  CHECK(scratch.count_entries() == 0);
  PartialFile(scratch / "k.npy", size, "mine").keep();
  CHECK(scratch.count_entries() == 0);
}

TEST_CASE("Finished pieces are in the journal within seconds, for a run that is killed") {
  const Scratch scratch;
  PartialFile file(scratch / "k.npy", size, "mine");
  file.mark_finished(1);
  CHECK(read_bytes(scratch / "k.npy.partial").find("finished: 00000000000000000000\n") != std::string::npos);
  std::this_thread::sleep_for(std::chrono::milliseconds(2050));
  file.mark_finished(3);
  CHECK(read_bytes(scratch / "k.npy.partial").find("finished: 00000000000000000003\n") != std::string::npos);
}

TEST_CASE("One process at a time fills a partial file") {
  const Scratch scratch;
  std::optional<PartialFile> first(std::in_place, scratch / "k.npy", size, "mine");
  const auto second = [&] { PartialFile(scratch / "k.npy", size, "mine"); };
  CHECK(sentence_of<OutputError>(second) ==
        "cannot write " + (scratch / "k.npy").string() + ": another process is writing it");
  CHECK(scratch.count_entries() == 1);
  first.reset();
  CHECK_NOTHROW(second());
}

TEST_CASE("A partial file that has no room says so before the work, and leaves the old file") {
  const Scratch scratch;
  scratch.write("k.npy", "old");
  const FullDisk full(4000);
  CHECK_THROWS_AS(PartialFile(scratch / "k.npy", size, "mine"), OutputError);
  CHECK(read_bytes(scratch / "k.npy") == "old");
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A partial file serves files and links to files, not pipes or standard output") {
  const Scratch scratch;
  CHECK(PartialFile::serves(scratch / "new.npy"));
  CHECK_FALSE(PartialFile::serves("-"));
  CHECK_FALSE(PartialFile::serves("/dev/null"));
  CHECK_FALSE(PartialFile::serves(scratch.folder()));
  CHECK_THROWS_AS(PartialFile(scratch / "missing" / "k.npy", size, "mine"), OutputError);
}

TEST_CASE("A partial file replaces the target of a link, with its permissions") {
  const Scratch scratch;
  ::chmod(scratch.write("real.npy", "old").c_str(), 0640);
  std::filesystem::create_symlink("real.npy", scratch / "link.npy");
  PartialFile file(scratch / "link.npy", size, "mine");
  for (const std::size_t at : {0U, 1U, 2U, 3U}) write(file, at, 1);
  file.commit(header());
  CHECK(std::filesystem::is_symlink(scratch / "link.npy"));
  CHECK(read_npy(scratch / "real.npy").values == std::vector<double>(4, 1));
  CHECK(std::filesystem::status(scratch / "real.npy").permissions() == std::filesystem::perms(0640));
}
