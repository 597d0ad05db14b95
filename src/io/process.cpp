// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "nntk/error.hpp"
#include "sentence.hpp"

namespace nntk::io {

namespace {

/// One open file, which closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

/// What a child has as standard input, output and error.
struct Streams {
  int input, output, errors;
};

/// An interrupt is the child's to answer while one runs; how it ended then says so.
class InterruptsIgnored {
 public:
  InterruptsIgnored() {
    struct sigaction ignored{};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGINT, &ignored, &before_);
  }
  InterruptsIgnored(const InterruptsIgnored&) = delete;
  InterruptsIgnored& operator=(const InterruptsIgnored&) = delete;
  ~InterruptsIgnored() { ::sigaction(SIGINT, &before_, nullptr); }

 private:
  struct sigaction before_{};
};

/// What a child starts with: its streams, interrupts heard again.
class SpawnSettings {
 public:
  explicit SpawnSettings(const Streams& streams) {
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, streams.input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, streams.output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, streams.errors, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &interrupts);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  int spawn(pid_t& child, char* const* arguments) const {
    return posix_spawnp(&child, *arguments, &actions_, &attributes_, arguments, environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

[[noreturn]] void fail(int error, const std::string& program) {
  throw Error(ExitCode::internal, fmt::format("cannot start {}: {}", program, show_system_error(error)));
}

/// A file without a name, in memory: no pipe that fills up while its other end waits for us.
int open_memory(const std::string& program) {
  const int file = ::memfd_create("nntk", MFD_CLOEXEC);
  if (file < 0) fail(errno, program);
  return file;
}

void fill(const Descriptor& file, std::string_view content, const std::string& program) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno != EINTR) fail(errno, program);
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.number(), 0, SEEK_SET);
}

std::array<int, 2> open_pipe(const std::string& program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, program);
  return ends;
}

pid_t start(const std::vector<std::string>& arguments, const Streams& streams) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  pid_t child = 0;
  if (const int error = SpawnSettings(streams).spawn(child, pointers.data()); error != 0)
    fail(error, arguments.front());
  return child;
}

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 1; count != 0;) {
    count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) break;
  }
  return text;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// Without a file of their own, errors go where output goes.
Outcome run(const std::vector<std::string>& arguments, std::string_view input, const Descriptor* errors) {
  const InterruptsIgnored guard;
  const Descriptor script(open_memory(arguments.front()));
  fill(script, input, arguments.front());
  const auto ends = open_pipe(arguments.front());
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child =
      start(arguments, {script.number(), writing.number(), errors ? errors->number() : writing.number()});
  writing.close();
  Outcome outcome{.succeeded = false, .output = read_to_end(reading.number()), .complaints = {}};
  const int status = wait_for(child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) throw Interrupted();
  outcome.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return outcome;
}

}  // namespace

Outcome run_program(const std::vector<std::string>& arguments) { return run(arguments, {}, nullptr); }

Outcome run_filter(const std::vector<std::string>& arguments, std::string_view input) {
  const Descriptor errors(open_memory(arguments.front()));
  Outcome outcome = run(arguments, input, &errors);
  ::lseek(errors.number(), 0, SEEK_SET);  // where the child left off, its offset is ours
  outcome.complaints = read_to_end(errors.number());
  return outcome;
}

std::optional<std::filesystem::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? std::optional(std::filesystem::absolute(name)) : std::nullopt;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto program = std::filesystem::path(folder) / name;
    if (::access(program.c_str(), X_OK) == 0) return std::filesystem::absolute(program);
  }
  return std::nullopt;
}

}  // namespace nntk::io
