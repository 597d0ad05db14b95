// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "full_disk.hpp"
#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"
#include "scratch.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

// The superuser writes everywhere; while this lives, nobody does.
class Unprivileged {
 public:
  Unprivileged() : before_(::geteuid()), is_set_(before_ != 0 || ::seteuid(65534) == 0) {}
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (::seteuid(before_) != 0) std::terminate();
  }
  explicit operator bool() const { return is_set_; }

 private:
  uid_t before_;
  bool is_set_;
};

// Standard output goes to a file while this lives.
class Redirected {
 public:
  explicit Redirected(const std::filesystem::path& path) : before_(::dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::close(file);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    ::dup2(before_, STDOUT_FILENO);
    ::close(before_);
  }

 private:
  int before_;
};

void write_file(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

std::string refusal(const std::filesystem::path& path, std::string_view text = "new") {
  return sentence_of<OutputError>([&] { write_file(path, text); });
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat file{};
  ::stat(path.c_str(), &file);
  return file.st_mode & 0777U;
}

}  // namespace

TEST_CASE("A committed file has what was written, in order") {
  const Scratch scratch;
  const auto path = scratch / "x";
  AtomicFile file(path);
  file.write("one ");
  file.write("");
  file.write(std::as_bytes(std::span(std::string_view("two"))));
  CHECK_FALSE(std::filesystem::exists(path));
  file.commit();
  CHECK(read_bytes(path) == "one two");
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A file that is not committed leaves the old one, or none, and no temporary") {
  const Scratch scratch;
  const auto old = scratch.write("old", "old");
  {
    AtomicFile first(scratch / "none"), second(old);
    first.write("new");
    second.write("new");
    CHECK(scratch.count_entries() == 3);
  }
  CHECK(scratch.count_entries() == 1);
  CHECK(read_bytes(old) == "old");
}

TEST_CASE("Two writers of one file do not meet: the last to commit wins") {
  const Scratch scratch;
  AtomicFile first(scratch / "x"), second(scratch / "x");
  first.write("first");
  second.write("second");
  second.commit();
  CHECK(read_bytes(scratch / "x") == "second");
  first.commit();
  CHECK(read_bytes(scratch / "x") == "first");
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A committed file can be neither written to nor committed again") {
  const Scratch scratch;
  AtomicFile file(scratch / "x");
  file.write("x");
  file.commit();
  CHECK(is_one_line(sentence_of<OutputError>([&] { file.write("y"); })));
  CHECK(is_one_line(sentence_of<OutputError>([&] { file.commit(); })));
  CHECK(read_bytes(scratch / "x") == "x");
}

TEST_CASE("A write that fails leaves the old file and no temporary, and cannot be committed") {
  const Scratch scratch;
  const auto path = scratch.write("x", "old");
  const std::string big(100000, 'x');
  std::string first, then;
  {
    const FullDisk disk(4096);
    AtomicFile file(path);
    file.write("begin");
    first = sentence_of<OutputError>([&] { file.write(big); });
    then = sentence_of<OutputError>([&] { file.commit(); });
  }
  CHECK(first == "cannot write " + path.string() + ": File too large");
  CHECK(is_one_line(then));
  CHECK(read_bytes(path) == "old");
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("write_npy leaves the old array when the disk is full") {
  const Scratch scratch;
  const std::vector<std::size_t> shape{2}, big_shape{100, 100};
  write_npy(scratch / "x.npy", shape, std::vector<double>{1, 2});
  std::string sentence;
  {
    const FullDisk disk(4096);
    sentence = sentence_of<OutputError>(
        [&] { write_npy(scratch / "x.npy", big_shape, std::vector<double>(10000)); });
  }
  CHECK_THAT(sentence, Catch::EndsWith("x.npy: File too large"));
  CHECK(read_npy(scratch / "x.npy").values == std::vector<double>{1, 2});
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A destination that cannot be written is refused with the path and the system's words") {
  const Scratch scratch;
  const auto file = scratch.write("file", "old");
  const auto folder = scratch / "folder";
  std::filesystem::create_directory(folder);
  std::filesystem::create_symlink(scratch / "loop", scratch / "loop");

  const auto check = [](const std::filesystem::path& path, const std::string& reason) {
    CHECK(refusal(path) == "cannot write " + path.string() + ": " + reason);
  };
  check(scratch / "missing" / "x", "No such file or directory");
  check("", "No such file or directory");
  check(file / "x", "Not a directory");
  check(folder, "Is a directory");
  check(folder / "", "Is a directory");
  check("/", "Is a directory");
  check(scratch / "loop", "Too many levels of symbolic links");
  check(scratch / std::string(300, 'x'), "File name too long");
  CHECK(scratch.count_entries() == 3);
  CHECK(is_one_line(refusal(scratch / "a\nb" / "c")));
}

TEST_CASE("A folder and a file without write permission are respected") {
  const Scratch scratch;
  const auto folder = scratch / "folder", file = scratch.write("file", "old");
  std::filesystem::create_directory(folder);
  ::chmod(folder.c_str(), 0555);
  ::chmod(scratch.folder().c_str(), 0777);
  ::chmod(file.c_str(), 0444);
  std::string in_folder, over_file;
  {
    const Unprivileged user;
    if (!user) return;
    in_folder = refusal(folder / "x");
    over_file = refusal(file);
  }
  CHECK(in_folder == "cannot write " + (folder / "x").string() + ": Permission denied");
  CHECK(over_file == "cannot write " + file.string() + ": Permission denied");
  CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE("A full device is noticed") {
  CHECK(refusal("/dev/full") == "cannot write /dev/full: No space left on device");
  const std::vector<std::size_t> shape{1};
  CHECK(
      is_one_line(sentence_of<OutputError>([&] { write_npy("/dev/full", shape, std::vector<double>{1}); })));
  CHECK(std::filesystem::is_character_file("/dev/full"));
}

TEST_CASE("A device is written to, not replaced") {
  CHECK(refusal("/dev/null").empty());
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("A pipe is written to, not replaced") {
  const Scratch scratch;
  const auto path = scratch / "pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = read_bytes(path); });
  const std::string text(200000, 'x');
  write_file(path, text);
  reader.join();
  CHECK(received == text);
  CHECK(std::filesystem::is_fifo(path));
}

TEST_CASE("Standard output is written to by any of its names, and stays open") {
  const Scratch scratch;
  const auto path = scratch / "out";
  {
    const Redirected output(path);
    std::fputs("zero ", stdout);
    write_file("-", "one ");
    write_file("/dev/stdout", "two ");
    write_file(path, "three ");
    write_file("-", "four");
  }
  CHECK(read_bytes(path) == "zero one two three four");
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("A new file has the usual permissions, and an existing one keeps its own") {
  const Scratch scratch;
  const mode_t mask = ::umask(027);
  write_file(scratch / "new", "x");
  ::umask(mask);
  CHECK(mode_of(scratch / "new") == 0640);
  ::chmod((scratch / "new").c_str(), 0604);
  write_file(scratch / "new", "y");
  CHECK(mode_of(scratch / "new") == 0604);
}

TEST_CASE("A symbolic link is followed") {
  const Scratch scratch;
  const auto target = scratch.write("target", "old");
  std::filesystem::create_symlink("target", scratch / "link");
  write_file(scratch / "link", "new");
  CHECK(std::filesystem::is_symlink(scratch / "link"));
  CHECK(read_bytes(target) == "new");
}

TEST_CASE("A name as long as the file system allows can be written") {
  const Scratch scratch;
  const auto path = scratch / std::string(255, 'x');
  write_file(path, "x");
  CHECK(read_bytes(path) == "x");
}

TEST_CASE("A path without a folder is written to the current one") {
  const Scratch scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.folder());
  const std::string sentence = refusal("x");
  std::filesystem::current_path(before);
  CHECK(sentence.empty());
  CHECK(read_bytes(scratch / "x") == "new");
  CHECK(scratch.count_entries() == 1);
}
