// SPDX-License-Identifier: BSD-3-Clause
#include "npy_header.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "sentence.hpp"

namespace nntk::io {

namespace {

class HeaderParser {
 public:
  HeaderParser(std::string_view file, std::string_view text) : file_(file), text_(text) {}
  NpyHeader parse();

 private:
  void parse_entry();
  template <class Value, class Parse>
  void set_once(std::optional<Value>& slot, std::string_view key, Parse parse);
  template <class Value>
  Value take(std::optional<Value>& slot, std::string_view key);

  std::string parse_descr();
  bool parse_bool();
  std::vector<std::size_t> parse_shape();
  std::size_t parse_dimension();
  std::string parse_string();
  template <class ParseItem>
  bool parse_items(char close, ParseItem parse_item);

  std::string_view rest() const { return text_.substr(at_); }
  void skip_space();
  bool accept(std::string_view token);
  void expect(std::string_view token);
  [[noreturn]] void refuse_here(std::string_view expected) const;

  std::string_view file_, text_;
  std::size_t at_ = 0;
  std::optional<std::string> descr_;
  std::optional<bool> fortran_order_;
  std::optional<std::vector<std::size_t>> shape_;
};

NpyHeader HeaderParser::parse() {
  expect("{");
  parse_items('}', [this] { parse_entry(); });
  skip_space();
  if (!rest().empty()) refuse_here("nothing after the dict");
  return {take(descr_, "descr"), take(fortran_order_, "fortran_order"), take(shape_, "shape")};
}

void HeaderParser::parse_entry() {
  const std::string key = parse_string();
  expect(":");
  if (key == "descr") return set_once(descr_, key, [this] { return parse_descr(); });
  if (key == "fortran_order") return set_once(fortran_order_, key, [this] { return parse_bool(); });
  if (key == "shape") return set_once(shape_, key, [this] { return parse_shape(); });
  refuse(file_, "the header has the key '{}', expected only descr, fortran_order and shape", show_bytes(key));
}

template <class Value, class Parse>
void HeaderParser::set_once(std::optional<Value>& slot, std::string_view key, Parse parse) {
  if (slot) refuse(file_, "the header has the key '{}' twice", key);
  slot = parse();
}

template <class Value>
Value HeaderParser::take(std::optional<Value>& slot, std::string_view key) {
  if (!slot) refuse(file_, "the header has no key '{}'", key);
  return std::move(*slot);
}

std::string HeaderParser::parse_descr() {
  skip_space();
  if (rest().starts_with('[') || rest().starts_with('(')) {
    refuse(file_, "descr is a structured type, expected real numbers (save one field of it), found {}",
           show_bytes(rest()));
  }
  return parse_string();
}

bool HeaderParser::parse_bool() {
  if (accept("True")) return true;
  if (accept("False")) return false;
  refuse_here("True or False");
}

std::vector<std::size_t> HeaderParser::parse_shape() {
  std::vector<std::size_t> shape;
  expect("(");
  const bool ends_with_comma = parse_items(')', [&] { shape.push_back(parse_dimension()); });
  if (shape.size() == 1 && !ends_with_comma) {
    refuse(file_, "the shape ({0}) is a number, expected a tuple: ({0},)", shape.front());
  }
  if (shape.size() > max_rank)
    refuse(file_, "the shape has {} dimensions, expected at most 64", shape.size());
  return shape;
}

std::size_t HeaderParser::parse_dimension() {
  skip_space();
  if (rest().starts_with('-')) refuse_here("a dimension of at least 0");
  const std::string_view digits = rest().substr(0, rest().find_first_not_of("0123456789"));
  std::size_t dimension = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), dimension);
  if (error == std::errc::result_out_of_range) refuse_here("a dimension below 2^64");
  // Python 2 read a leading zero as octal, Python 3 refuses it.
  if (digits.empty() || (digits.size() > 1 && digits.starts_with('0'))) refuse_here("a dimension");
  at_ += digits.size();
  if (rest().starts_with('L')) ++at_;
  return dimension;
}

std::string HeaderParser::parse_string() {
  skip_space();
  const char quote = rest().empty() ? '\0' : rest().front();
  if (quote != '\'' && quote != '"') refuse_here("a quoted string");
  const std::size_t length = rest().substr(1).find_first_of("\\\n'\"");
  if (length == std::string_view::npos || rest()[length + 1] != quote) refuse_here("a plain quoted string");
  const std::string content(rest().substr(1, length));
  at_ += length + 2;
  return content;
}

// ITEM, ITEM, ... up to `close`; says whether a comma came last.
template <class ParseItem>
bool HeaderParser::parse_items(char close, ParseItem parse_item) {
  const std::string_view closing(&close, 1);
  while (!accept(closing)) {
    parse_item();
    if (accept(",")) continue;
    if (!accept(closing)) refuse_here(fmt::format("',' or '{}'", close));
    return false;
  }
  return true;
}

void HeaderParser::skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n\r\f", at_), text_.size()); }

bool HeaderParser::accept(std::string_view token) {
  skip_space();
  const bool is_next = rest().starts_with(token);
  if (is_next) at_ += token.size();
  return is_next;
}

void HeaderParser::expect(std::string_view token) {
  if (!accept(token)) refuse_here(fmt::format("'{}'", token));
}

void HeaderParser::refuse_here(std::string_view expected) const {
  const std::string found = rest().empty() ? "its end" : show_bytes(rest());
  refuse(file_, "the header is not the dict that NumPy writes: expected {} at its byte {}, found {}",
         expected, at_, found);
}

}  // namespace

NpyHeader parse_npy_header(std::string_view file, std::string_view text) {
  return HeaderParser(file, text).parse();
}

}  // namespace nntk::io
