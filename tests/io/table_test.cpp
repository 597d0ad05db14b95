// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/table.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "nntk/error.hpp"
#include "scratch.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

struct Text {
  std::string content, expected;
};

std::string refusal(const std::filesystem::path& path) {
  return sentence_of<DataError>([&] { read_table(path); });
}

const std::vector<double> one_to_four{1, 2, 3, 4};
const std::vector<std::size_t> two_by_two{2, 2};

}  // namespace

TEST_CASE("Numbers separated by commas, semicolons, tabs or spaces are a matrix") {
  const Scratch scratch;
  for (const std::string content : {
           "1,2\n3,4\n",
           "1;2\n3;4\n",
           "1\t2\n3\t4\n",
           "1 2\n3 4\n",
           "  1   2  \n 3\t4\n",
           "1,2\n3,4",
           "1, 2\r\n3 ,4\r\n",
           "\n1,2\n\n  \n3,4\n\n",
           "# what this is\n1,2 # first\n3,4#second\n#",
           "a,b\n1,2\n3,4\n",
           "# c\n\nx1 x2\n1 2\n3 4\n",
           ",b\n1,2\n3,4\n",
           "\"width\";\"height, in m\"\n1;2\n3;4\n",
           "a title of some words\n1,2\n3,4\n",
           "\xEF\xBB\xBF"
           "1,2\n3,4\n",
           "\xEF\xBB\xBF"
           "a,b\n1,2\n3,4\n",
           "+1,2.0\n3e0,.4E+1\n",
           "1.,20e-1\n0003,4\n",
       }) {
    INFO(content);
    const Array table = read_table(scratch.write("x.csv", content));
    CHECK(table.shape == two_by_two);
    CHECK(table.values == one_to_four);
  }
}

TEST_CASE("One column of text has the shape (n, 1), and one row (1, n)") {
  const Scratch scratch;
  CHECK(read_table(scratch.write("x.csv", "1\n2\n3\n4\n")).shape == std::vector<std::size_t>{4, 1});
  CHECK(read_table(scratch.write("x.csv", "y\n1\n2\n3\n4\n")).shape == std::vector<std::size_t>{4, 1});
  CHECK(read_table(scratch.write("x.csv", "1 2 3 4")).shape == std::vector<std::size_t>{1, 4});
  CHECK(read_table(scratch.write("x.csv", "1 2 3 4")).values == one_to_four);
}

TEST_CASE("A number in text is the nearest double") {
  const Scratch scratch;
  const Array table = read_table(
      scratch.write("x.csv", "0.1,-0.0,5e-324,1.7976931348623157e308,9007199254740993,nan,inf,-inf"));
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(table.values[0] == 0.1);
  CHECK(std::signbit(table.values[1]));
  CHECK(table.values[2] == 0x1p-1074);
  CHECK(table.values[3] == std::numeric_limits<double>::max());
  CHECK(table.values[4] == 0x1p53);
  CHECK(std::isnan(table.values[5]));
  CHECK(table.values[6] == infinity);
  CHECK(table.values[7] == -infinity);
}

TEST_CASE("Malformed text is refused in one line that names the line and the column") {
  const Scratch scratch;
  const std::vector<Text> texts{
      {"", "expected rows of numbers, found an empty file"},
      {"\n \n", "found none"},
      {"# only a comment\n", "found none"},
      {"a,b\n", "found none"},
      {"1,2\n3\n", "line 2: expected 2 numbers as in the first row, found 1"},
      {"1,2\n\n# c\n3,4,5\n", "line 4: expected 2 numbers as in the first row, found 3"},
      {"1 2\n3 4 5\n", "line 2: expected 2 numbers"},
      {"1,2\n3,x\n", "line 2, column 2: expected a number, found 'x'"},
      {"1,2\na,b\n", "line 2, column 1: expected a number, found 'a'"},
      {"a,b\nc,d\n1,2\n", "line 2, column 1: expected a number, found 'c'"},
      {"a,2\n3,4\n", "line 1, column 1: expected a number, found 'a'"},
      {"1,\n", "line 1, column 2: expected a number, found nothing"},
      {"1,,3\n", "line 1, column 2: expected a number, found nothing"},
      {",\n", "line 1, column 1: expected a number, found nothing"},
      {"1\t\t3\n", "line 1, column 2: expected a number, found nothing"},
      {"\t2\t3\n4\t5\t6\n", "line 1, column 1: expected a number, found nothing"},
      {"1;2,5\n", "line 1, column 2: expected a number, found '2,5'"},
      {"1,2;\n", "line 1, column 1: expected a number, found '1,2'"},
      {"1,5;2,5\n3;4\n", "line 1, column 1: expected a number, found '1,5'"},
      {"2nd,3rd\n3,4\n", "line 1, column 1: expected a number, found '2nd'"},
      {"nan,x\n3,4\n", "line 1, column 2: expected a number, found 'x'"},
      {"1 2,3\n", "line 1, column 1: expected a number, found '1 2'"},
      {"1,0x10\n", "found '0x10'"},
      {"1,2e\n", "found '2e'"},
      {"1,--2\n", "found '--2'"},
      {"1,+-2\n", "found '+-2'"},
      {"1,2+3j\n", "found '2+3j'"},
      {"1,\"2\"\n", "found '\"2\"'"},
      {"1,1e400\n", "expected a number that a double can hold, found '1e400'"},
      {"1e400,-1e400\n", "line 1, column 1: expected a number that a double can hold"},
      {"1,1e-400\n", "expected a number that a double can hold"},
      {bytes("1,\0\n"), "found '\\x00'"},
      {"1,\x1b[31m\n", "found '\\x1b[31m'"},
      {"1,\xc3\xa9\n", "found '\\xc3\\xa9'"},
      {"1,2\r3,4\n", "found '2\\x0d3'"},
      {"1," + std::string(1000, 'x'), "found '" + std::string(40, 'x') + "...'"},
  };
  for (const auto& [content, expected] : texts) {
    const auto path = scratch.write("x.csv", content);
    const std::string sentence = refusal(path);
    INFO(sentence);
    CHECK(is_one_line(sentence));
    CHECK_THAT(sentence, Catch::StartsWith(path.string() + ": "));
    CHECK_THAT(sentence, Catch::Contains(expected));
  }
}

TEST_CASE("A .npy file is known by its first bytes or by its name") {
  const Scratch scratch;
  write_npy(scratch / "x.csv", two_by_two, one_to_four);
  CHECK(read_table(scratch / "x.csv").values == one_to_four);
  CHECK_THAT(refusal(scratch.write("x.npy", "1,2\n")), Catch::Contains("is not a .npy file"));
  CHECK_THAT(refusal(scratch.write("empty.npy", "")), Catch::Contains("truncated"));
}

TEST_CASE("A matrix has rank 2, at least one row and one column, and finite values") {
  const Scratch scratch;
  const auto path = scratch / "x.npy";
  const auto refusal_of = [&](std::vector<std::size_t> shape, std::vector<double> values) {
    write_npy(path, shape, values);
    const std::string sentence = sentence_of<DataError>([&] { read_matrix(path, "x"); });
    CHECK(is_one_line(sentence));
    return sentence;
  };
  const std::string where = path.string() + ": x must ";
  const std::string shapes = where + "have the shape (rows, columns), at least (1, 1), found ";
  CHECK(refusal_of({4}, one_to_four) == shapes + "(4,)");
  CHECK(refusal_of({}, {1}) == shapes + "()");
  CHECK(refusal_of({2, 2, 1}, one_to_four) == shapes + "(2, 2, 1)");
  CHECK(refusal_of({0, 3}, {}) == shapes + "(0, 3)");
  CHECK(refusal_of({3, 0}, {}) == shapes + "(3, 0)");
  CHECK(refusal_of({2, 2}, {1, 2, std::nan(""), 4}) ==
        where + "be finite, found nan at row 1, column 0 (counted from 0)");
  CHECK(refusal_of({2, 2}, {1, 2, 3, -INFINITY}) ==
        where + "be finite, found -inf at row 1, column 1 (counted from 0)");
  CHECK(refusal_of({1, 3}, {1, INFINITY, -std::nan("")}) ==
        where + "be finite, found inf at row 0, column 1 (counted from 0)");

  CHECK_THAT(sentence_of<DataError>([&] { read_matrix(scratch.write("x.csv", "a,b\n1,2\n3,nan\n"), "x"); }),
             Catch::EndsWith("x.csv: x must be finite, found nan at row 1, column 1 (counted from 0)"));
  write_npy(path, two_by_two, one_to_four);
  CHECK(read_matrix(path, "x").values == one_to_four);
  CHECK(read_matrix(scratch.write("x.csv", "5"), "x").shape == std::vector<std::size_t>{1, 1});
}

TEST_CASE("A vector has the shape (n,), (n, 1) or (1, n), and finite values") {
  const Scratch scratch;
  const auto path = scratch / "y.npy";
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{4}, {4, 1}, {1, 4}}) {
    write_npy(path, shape, one_to_four);
    const Array vector = read_vector(path, "y");
    CHECK(vector.shape == std::vector<std::size_t>{4});
    CHECK(vector.values == one_to_four);
  }
  for (const std::vector<std::size_t>& shape : {two_by_two, {}, {4, 1, 1}, {0}, {0, 1}, {1, 0}}) {
    const std::vector<double> values(shape.empty() ? 1 : shape[0] * (shape.size() > 1 ? shape[1] : 1));
    write_npy(path, shape, values);
    const std::string sentence = sentence_of<DataError>([&] { read_vector(path, "y"); });
    CHECK(is_one_line(sentence));
    CHECK_THAT(sentence,
               Catch::Contains("y.npy: y must have the shape (n,), (n, 1) or (1, n), at least (1,)"));
  }
  write_npy(path, two_by_two, one_to_four);
  CHECK_THAT(sentence_of<DataError>([&] { read_vector(scratch.write("y.csv", "1\n2\ninf\n"), "y"); }),
             Catch::EndsWith("y must be finite, found inf at index 2 (counted from 0)"));
  CHECK(read_vector(scratch.write("y.csv", "1\n2\n3\n4\n"), "y").values == one_to_four);
}
