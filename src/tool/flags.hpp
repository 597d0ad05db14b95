// SPDX-License-Identifier: BSD-3-Clause
//
// Flags of a command, each with a reader of its text. CLI11 takes seconds to compile: the two sources that
// declare flags include this, and nothing else does.
#pragma once

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "names.hpp"
#include "nntk/error.hpp"
#include "number.hpp"

namespace nntk::tool {

/// An option whose text `parse(flag, text)` turns into the target.
template <class Target, class Parse>
CLI::Option* add(CLI::App& app, const std::string& flag, std::string metavar, Target& target,
                 std::string help, Parse parse) {
  const auto store = [&target, flag, parse](const std::string& text) { target = parse(flag, text); };
  return app.add_option_function<std::string>(flag, store, std::move(help))->type_name(std::move(metavar));
}

/// The name of a file.
template <class Target>
CLI::Option* add_path(CLI::App& app, const std::string& flag, Target& target, std::string help) {
  return add(app, flag, "FILE", target, std::move(help), [](std::string_view name, std::string_view text) {
    if (text.empty()) throw UsageError(fmt::format("{}: expected the name of a file, found ''", name));
    return Path(text);
  });
}

/// One of the names.
template <class Target, class Value, std::size_t Count>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, const Names<Value, Count>& names,
                        Target& target, std::string help) {
  const auto parse = [&names](std::string_view name, std::string_view text) {
    for (const auto& [known, value] : names)
      if (known == text) return value;
    throw UsageError(fmt::format("{}: expected {}, found '{}'", name, list_names(names), text));
  };
  return add(app, flag, list_names(names), target, std::move(help), parse);
}

/// A whole number from 1.
template <class Target>
CLI::Option* add_count(CLI::App& app, const std::string& flag, Target& target, std::string help,
                       std::size_t most = 4294967295) {
  return add(app, flag, "N", target, std::move(help), [most](std::string_view name, std::string_view text) {
    return parse_count(name, text, 1, most);
  });
}

}  // namespace nntk::tool
