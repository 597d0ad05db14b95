// SPDX-License-Identifier: BSD-3-Clause
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "cache.hpp"
#include "compile.hpp"
#include "nntk/error.hpp"

namespace nntk::compiler {

namespace {

constexpr const char* example = R"(Example:
  cat > my_arch.hpp <<'END'
  #include <nntk/nntk.hpp>
  using Architecture = nntk::Network<nntk::Input<64>, nntk::Dense<256>, nntk::Relu, nntk::Dense<10>>;
  END
  nntk compile my_arch.hpp -o my-kernel
  ./my-kernel --help)";

constexpr const char* environment = R"(Environment:
  CXX                  the compiler, c++ unless set
  CXXFLAGS, LDFLAGS    further flags for it
  XDG_CACHE_HOME       where nntk/, the cache, lies; ~/.cache unless set)";

void add_compile(CLI::App& app, CompileOptions& options) {
  CLI::App* compile = app.add_subcommand("compile", "Compile an architecture to a kernel binary");
  compile->add_option("header", options.header, "Header with `using Architecture = nntk::Network<...>;`")
      ->required();
  compile->add_option("-o,--output", options.output,
                      "The kernel binary; the header's name without its ending unless given");
  compile->add_option("--scalar", options.scalar, "Type of the numbers")
      ->check(CLI::IsMember({"double", "float"}))
      ->capture_default_str();
  compile
      ->add_option("--processor", options.processors,
                   "Processor to compile for, as -march takes it; of several, as in x86-64-v3,x86-64-v4, the "
                   "binary runs the widest that it finds support for")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  compile->add_option("--cache", options.cache, "Directory of compiled kernels")->capture_default_str();
  compile->add_flag("-q,--quiet", options.quiet, "Say nothing unless it fails");
  compile->footer(environment);
}

void parse(CLI::App& app, int argument_count, const char* const* arguments) {
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::Success& answered) {
    app.exit(answered);
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + " (`nntk --help` and `nntk compile --help` say more)");
  }
}

}  // namespace

void run_command_line(int argument_count, const char* const* arguments) {
  CLI::App app("Neural tangent kernels, compiled from C++ types", "nntk");
  app.set_version_flag("--version", "nntk " NNTK_VERSION);
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.footer(example);
  CompileOptions options;
  options.cache = default_cache_directory();
  add_compile(app, options);
  parse(app, argument_count, arguments);
  if (app.got_subcommand("compile") && !options.header.empty()) {
    compile(options);
  } else if (argument_count < 2) {
    std::cout << app.help();
  }
}

}  // namespace nntk::compiler
