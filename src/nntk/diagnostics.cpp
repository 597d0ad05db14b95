// SPDX-License-Identifier: BSD-3-Clause
#include "diagnostics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "text_file.hpp"

namespace nntk::compiler {

namespace {

constexpr std::size_t most_lines = 12;

bool holds(const std::string& line, std::string_view text) { return line.find(text) != std::string::npos; }

bool is_error(const std::string& line) {
  return holds(line, "error: ") || holds(line, "undefined reference") || holds(line, "Error: ");
}

/// The text behind the last "nntk: " of a static assertion's line; empty for any other line.
std::string own_sentence(const std::string& line) {
  constexpr std::string_view mark = "nntk: ";
  const auto found = line.rfind(mark);
  const bool is_own = holds(line, "static assertion failed") && found != std::string::npos;
  return is_own ? line.substr(found + mark.size()) : std::string();
}

std::vector<std::string> find_errors(std::vector<std::string> lines) {
  std::erase_if(lines, [](const std::string& line) { return !is_error(line); });
  return lines;
}

std::vector<std::string> find_own_sentences(const std::vector<std::string>& errors) {
  std::vector<std::string> sentences;
  for (const auto& error : errors) {
    const std::string sentence = own_sentence(error);
    if (!sentence.empty() && std::find(sentences.begin(), sentences.end(), sentence) == sentences.end())
      sentences.push_back(sentence);
  }
  return sentences;
}

std::string trim(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? std::string() : line.substr(first);
}

}  // namespace

// What the compiler says before nntk's first sentence is the cause of it, and then worth more.
std::string explain_compilation(const std::string& output, const std::filesystem::path& header) {
  const std::string name = header.filename().string();
  const auto lines = split_lines(output);
  auto errors = find_errors(lines);
  if (errors.empty()) return fmt::format("{} does not compile: {}", name, lines.empty() ? "" : lines.back());
  if (!own_sentence(errors.front()).empty())
    return fmt::format("{}: {}", name, fmt::join(find_own_sentences(errors), "; "));
  std::erase_if(errors, [](const std::string& error) { return !own_sentence(error).empty(); });
  if (errors.size() > most_lines) errors.resize(most_lines);
  return fmt::format("{} does not compile\n{}", name, fmt::join(errors, "\n"));
}

std::string explain_configuration(const std::string& output) {
  const auto lines = split_lines(output);
  auto line = std::find_if(lines.begin(), lines.end(),
                           [](const auto& text) { return text.starts_with("CMake Error"); });
  std::string sentence = "CMake cannot prepare the compilation:";
  for (; line != lines.end() && !line->empty(); ++line) sentence += ' ' + trim(*line);
  return sentence;
}

}  // namespace nntk::compiler
