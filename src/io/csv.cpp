// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "formats.hpp"

namespace nntk::io {

namespace {

constexpr std::string_view spaces = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
  return text.substr(0, text.find_last_not_of(spaces) + 1);
}

// What separates the numbers of a line; ' ' stands for any run of white space.
char find_separator(std::string_view line) {
  for (const char separator : {';', ',', '\t'}) {
    if (trim(line).find(separator) != std::string_view::npos) return separator;
  }
  return ' ';
}

// The text before the first of `separators`, which is cut off the line together with it.
std::string_view cut_field(std::string_view& line, std::string_view separators) {
  const std::string_view field = line.substr(0, line.find_first_of(separators));
  line.remove_prefix(std::min(field.size() + 1, line.size()));
  return field;
}

void split(std::string_view line, char separator, std::vector<std::string_view>& fields) {
  fields.clear();
  if (separator == ' ') {
    for (line = trim(line); !line.empty(); line = trim(line)) fields.push_back(cut_field(line, spaces));
    return;
  }
  const auto count = std::ranges::count(line, separator) + 1;
  for (auto i = count; i > 0; --i) fields.push_back(trim(cut_field(line, {&separator, 1})));
}

// std::from_chars knows no locale, and no plus sign.
std::errc parse_number(std::string_view field, double& value) {
  if (field.starts_with('+') && !field.substr(1).starts_with('-')) field.remove_prefix(1);
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  return error == std::errc{} && stop != end ? std::errc::invalid_argument : error;
}

// What begins like a number may be one in a notation that is refused, such as 1,5 between semicolons:
// skipping that line as a header would lose a row.
bool is_word(std::string_view field) {
  double ignored = 0;
  return field.find_first_of("+-.0123456789") != 0 &&
         parse_number(field, ignored) == std::errc::invalid_argument;
}

bool is_header(std::span<const std::string_view> fields) {
  const auto is_empty = [](std::string_view field) { return field.empty(); };
  return std::ranges::all_of(fields, is_word) && !std::ranges::all_of(fields, is_empty);
}

class CsvParser {
 public:
  explicit CsvParser(const Source& source) : source_(source) {}
  Array parse();

 private:
  void parse_line(std::string_view line);
  void parse_row();
  double parse_field(std::size_t column) const;

  const Source& source_;
  std::vector<std::string_view> fields_;
  std::vector<double> values_;
  std::size_t line_ = 0, rows_ = 0, columns_ = 0;
  bool has_header_ = false;
  char separator_ = ' ';
};

Array CsvParser::parse() {
  const std::string text = source_.text_at(0, source_.size());
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  while (!rest.empty()) parse_line(cut_field(rest, "\n"));
  if (rows_ == 0)
    refuse(source_.name(), "expected rows of numbers, found {}", text.empty() ? "an empty file" : "none");
  return {{rows_, columns_}, std::move(values_)};
}

void CsvParser::parse_line(std::string_view line) {
  ++line_;
  line = line.substr(0, line.find('#'));
  if (trim(line).empty()) return;
  if (rows_ == 0) separator_ = find_separator(line);
  split(line, separator_, fields_);
  if (rows_ == 0 && !has_header_ && is_header(fields_)) {
    has_header_ = true;
  } else {
    parse_row();
  }
}

void CsvParser::parse_row() {
  if (rows_++ == 0) columns_ = fields_.size();
  if (fields_.size() != columns_) {
    refuse(source_.name(), "line {}: expected {} numbers as in the first row, found {}", line_, columns_,
           fields_.size());
  }
  for (std::size_t column = 0; column < columns_; ++column) values_.push_back(parse_field(column));
}

double CsvParser::parse_field(std::size_t column) const {
  const std::string_view field = fields_[column];
  double value = 0;
  const std::errc error = parse_number(field, value);
  if (error == std::errc{}) return value;
  const std::string found = field.empty() ? "nothing" : fmt::format("'{}'", show_bytes(field));
  refuse(source_.name(), "line {}, column {}: expected a number{}, found {}", line_, column + 1,
         error == std::errc::result_out_of_range ? " that a double can hold" : "", found);
}

}  // namespace

Array parse_csv(const Source& source) { return CsvParser(source).parse(); }

}  // namespace nntk::io
