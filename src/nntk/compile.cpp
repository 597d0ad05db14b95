// SPDX-License-Identifier: BSD-3-Clause
#include "compile.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "build.hpp"
#include "cache.hpp"
#include "hash.hpp"
#include "nntk/error.hpp"
#include "nntk/io/atomic_file.hpp"
#include "text_file.hpp"
#include "toolchain.hpp"

namespace nntk::compiler {

namespace {

using Clock = std::chrono::steady_clock;
using std::filesystem::path;

path find_header(const path& header) {
  if (!std::filesystem::is_regular_file(header))
    throw DataError(
        fmt::format("expected a header that declares an Architecture, found no file {}", header.string()));
  return std::filesystem::canonical(header);
}

/// All that decides what is compiled for the processors, but for what is included.
io::ContentHash hash_tools(const Toolchain& tools, const std::string& scalar,
                           const std::vector<std::string>& processors) {
  io::ContentHash hash;
  hash.add(tools.compiler);
  for (const std::string& processor : processors) {
    hash.add(processor);
    hash.add(describe_target(tools, processor));
  }
  hash.add(describe_environment());
  add_files(hash, tools.package_files());
  hash.add(scalar);
  return hash;
}

std::string hash_request(const Toolchain& tools, const KernelRequest& request) {
  io::ContentHash hash = hash_tools(tools, request.scalar, request.processors);
  hash.add(request.header.string());
  add_files(hash, {request.header});
  return hash.text();
}

/// The shared templates, which are kept even where the header has mistakes, and then the kernel.
path compile_into(const KernelCache& cache, const Toolchain& tools, const KernelRequest& request,
                  const std::string& key) {
  const ScratchDirectory scratch = cache.make_scratch();
  KernelBuild build(tools, request, scratch.location());
  std::map<std::string, std::string> shared_keys;
  for (const std::string& processor : request.processors)
    shared_keys[processor] = hash_tools(tools, request.scalar, {processor}).text();
  for (const auto& [processor, shared_key] : shared_keys)
    if (const auto object = cache.find(shared_key)) build.reuse_shared(processor, *object);
  build.run();
  for (const auto& [processor, shared_key] : shared_keys)
    if (const auto shared = build.find_shared(processor)) cache.store(shared_key, *shared);
  return cache.store(key, build.kernel());
}

void write_executable(const path& kernel, io::AtomicFile& file, const path& output) {
  file.write(read_text(kernel));
  file.commit();
  using std::filesystem::perms;
  if (std::filesystem::is_regular_file(output))
    std::filesystem::permissions(output, perms::owner_exec | perms::group_exec | perms::others_exec,
                                 std::filesystem::perm_options::add);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

void compile(const CompileOptions& options) {
  const auto start = Clock::now();
  const KernelRequest request{find_header(options.header), options.scalar, options.processors};
  const path output = options.output.empty() ? options.header.stem() : options.output;
  const Toolchain tools = find_toolchain();
  const std::string key = hash_request(tools, request);
  io::AtomicFile file(output);  // before the work, which would be lost if it cannot be written

  const KernelCache cache(options.cache);
  std::optional<path> kernel = cache.find(key);
  const bool is_cached = kernel.has_value();
  if (!is_cached) {
    if (!options.quiet) fmt::print(stderr, "nntk: compiling {}\n", options.header.string());
    kernel = compile_into(cache, tools, request, key);
  }
  write_executable(*kernel, file, output);
  if (!options.quiet)
    fmt::print(stderr, "nntk: wrote {} ({:.1f} s{})\n", output.string(), seconds_since(start),
               is_cached ? ", from the cache" : "");
}

}  // namespace nntk::compiler
