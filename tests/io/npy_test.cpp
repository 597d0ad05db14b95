// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/npy.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

#include "nntk/error.hpp"
#include "scratch.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

std::string little_endian(std::size_t value, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string npy(int major, const std::string& header, const std::string& data) {
  return bytes("\x93NUMPY") + static_cast<char>(major) + '\0' +
         little_endian(header.size(), major == 1 ? 2 : 4) + header + data;
}

std::string dict(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

std::string doubles(std::size_t count) { return std::string(8 * count, '\0'); }

// A file of `count` zeros of '<f8'.
std::string zeros(const std::string& shape, std::size_t count) {
  return npy(1, dict("<f8", "False", shape), doubles(count));
}

std::string refusal(const std::filesystem::path& path) {
  return sentence_of<DataError>([&] { read_npy(path); });
}

struct Malformed {
  std::string file, expected;
};

std::vector<Malformed> malformed_files() {
  const std::string good = zeros("(2,)", 2);
  const std::string data = doubles(2);
  const auto with_header = [&](const std::string& header) { return npy(1, header, data); };
  const auto with_descr = [&](const std::string& descr) {
    return npy(1, dict(descr, "False", "(2,)"), data);
  };
  const auto with_shape = [&](const std::string& shape) { return zeros(shape, 2); };
  const std::string rest = ", 'fortran_order': False, 'shape': (2,)}";
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1, ";

  return {
      // Magic, version, length.
      {"", "is truncated"},
      {"\x93NUM", "is truncated"},
      {"hello, world, this is text", "begin with \\x93NUMPY, found hello,"},
      {bytes("\x93NUMPZ\1\0\x10\0................"), "found \\x93NUMPZ"},
      {bytes("PK\3\4") + data, "found PK\\x03\\x04"},
      {npy(0, dict("<f8", "False", "(2,)"), data), "version 0.0, expected 1.0, 2.0 or 3.0"},
      {npy(4, dict("<f8", "False", "(2,)"), data), "version 4.0"},
      {bytes("\x93NUMPY\1\1\x10\0................"), "version 1.1"},
      {bytes("\x93NUMPY\1\0\xff\xff") + data, "at least 65545 bytes up to the end of the header, found 26"},
      {bytes("\x93NUMPY\2\0\xff\xff\xff\xff") + data, "at least 4294967307 bytes"},
      // The dict.
      {npy(1, "", data), "expected '{' at its byte 0, found its end"},
      {with_header("('<f8', False, (2,))"), "expected '{' at its byte 0"},
      {with_header("None"), "expected '{'"},
      {with_header(std::string(40, '\0')), "found \\x00\\x00"},
      {with_header("{}"), "has no key 'descr'"},
      {with_header("{,}"), "expected a quoted string at its byte 1"},
      {with_header("{'descr': '<f8'" + rest + " x"), "expected nothing after the dict"},
      {with_header("{'descr': '<f8'" + rest + bytes("\0")), "nothing after the dict at its byte 55"},
      {with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)"),
       "',' or '}' at its byte 54, found its end"},
      {with_header("{'descr' '<f8'" + rest), "expected ':'"},
      {with_header("{'descr': '<f8' 'fortran_order': False, 'shape': (2,)}"), "',' or '}'"},
      {with_header("{'descr': '<f8', , 'shape': (2,)}"), "expected a quoted string at its byte 17"},
      {with_header("{descr: '<f8'" + rest), "expected a quoted string at its byte 1"},
      {with_header("{'descr\": '<f8'" + rest), "expected a plain quoted string"},
      {with_header("{'desc\\x72': '<f8'" + rest), "expected a plain quoted string"},
      {with_header("{'descr': '<f8\n'" + rest), "expected a plain quoted string"},
      // The keys.
      {with_header("{'fortran_order': False, 'shape': (2,)}"), "has no key 'descr'"},
      {with_header("{'descr': '<f8', 'shape': (2,)}"), "has no key 'fortran_order'"},
      {with_header("{'descr': '<f8', 'fortran_order': False}"), "has no key 'shape'"},
      {with_header("{'descr': '<f8', 'descr': '<f8'" + rest), "has the key 'descr' twice"},
      {with_header("{'descr': '<f8'" + rest.substr(0, rest.size() - 1) + ", 'shape': (2,)}"),
       "'shape' twice"},
      {with_header("{'descr': '<f8', 'order': 'C'" + rest), "has the key 'order', expected only"},
      {with_header("{'descr': '<f8', 'a\x1b[31m': 1" + rest), "has the key 'a\\x1b[31m'"},
      // fortran_order.
      {npy(1, dict("<f8", "0", "(2,)"), data), "expected True or False"},
      {npy(1, dict("<f8", "'False'", "(2,)"), data), "expected True or False"},
      {npy(1, dict("<f8", "Falsehood", "(2,)"), data), "',' or '}'"},
      // The shape.
      {with_shape("[2]"), "expected '('"},
      {with_shape("2"), "expected '('"},
      {with_shape("(2)"), "the shape (2) is a number, expected a tuple: (2,)"},
      {with_shape("(-2,)"), "a dimension of at least 0"},
      {with_shape("(2.0,)"), "',' or ')'"},
      {with_shape("(2e0,)"), "',' or ')'"},
      {with_shape("(02,)"), "expected a dimension at"},
      {with_shape("(+2,)"), "expected a dimension at"},
      {with_shape("(True, 2)"), "expected a dimension at"},
      {with_shape("(,)"), "expected a dimension at"},
      {with_shape("(2 1)"), "',' or ')'"},
      {with_shape("((2,),)"), "expected a dimension at"},
      {with_shape("(18446744073709551616,)"), "a dimension below 2^64"},
      {with_shape("(18446744073709551615,)"), "more than memory can hold"},
      {with_shape("(4294967296, 4294967296)"), "more than memory can hold"},
      {with_shape("(4294967297, 4294967296)"), "more than memory can hold"},
      {with_shape("(1152921504606846976,)"), "more than memory can hold"},
      {with_shape("(0, 4294967296, 4294967296)"), "more than memory can hold"},
      {with_shape(many + ")"), "65 dimensions"},
      {with_shape("(2,"), "expected a dimension at"},
      // The type.
      {with_descr("|O"), "'|O' holds Python objects"},
      {with_descr("<c16"), "'<c16' holds complex numbers, expected real numbers"},
      {with_descr("<c8"), "complex"},
      {with_descr("|S8"), "byte strings"},
      {with_descr("<U2"), "holds text"},
      {with_descr("<M8[ns]"), "holds dates"},
      {with_descr("<m8[s]"), "holds time spans"},
      {with_descr("|V8"), "holds raw bytes"},
      {with_descr("<V2"), "holds raw bytes"},
      {with_descr("<f16"), "long doubles"},
      {with_descr("<g"), "is no type that NumPy writes"},
      {with_descr("<i3"), "is no type that NumPy writes"},
      {with_descr(""), "'' is no type"},
      {with_descr("<"), "'<' is no type"},
      {with_descr("f8"), "names no byte order, expected '<f8' or '>f8'"},
      {with_descr("|f8"), "names no byte order"},
      {with_descr("=i4"), "names no byte order"},
      {with_header("{'descr': [('a', '<f8')]" + rest), "is a structured type"},
      {with_header("{'descr': ('<f8', (2,))" + rest), "is a structured type"},
      {with_header("{'descr': None" + rest), "expected a quoted string"},
      // The data.
      {good.substr(0, good.size() - 1),
       "is truncated: expected 16 bytes of data for '<f8' of shape (2,), found 15"},
      {good + '\0', "has trailing bytes: expected 16 bytes of data for '<f8' of shape (2,), found 17"},
      {zeros("()", 0), "expected 8 bytes of data for '<f8' of shape (), found 0"},
      {zeros("(0, 3)", 1), "expected 0 bytes of data for '<f8' of shape (0, 3), found 8"},
      {zeros("(1000000000,)", 2), "expected 8000000000 bytes"},
      // Bytes beyond ASCII.
      {npy(1, "{'descr': '<f8', 'a\xe9': 1" + rest, data),
       "is not ASCII, as .npy before version 3.0 requires: found \\xe9 at its byte 19"},
      {npy(2, "{'descr': '<f8'" + rest + "\xa0", data), "is not ASCII"},
      {npy(3, "{'descr': [('\xc3\xa9', '<f8')]" + rest, data), "[('\\xc3\\xa9', '<f8')]"},
      {npy(3, "{'descr': '<f8'" + rest + "\xc2\xa0", data), "found \\xc2\\xa0"},
  };
}

double bits_of(std::uint64_t bits) { return std::bit_cast<double>(bits); }

struct Sample {
  std::string code;
  std::vector<std::string> big_endian;  // four values, high byte first
  std::vector<double> values;
};

std::vector<Sample> samples() {
  const double infinity = std::numeric_limits<double>::infinity();
  return {
      {"b1", {bytes("\0"), bytes("\1"), bytes("\1"), bytes("\2")}, {0, 1, 1, 1}},
      {"i1", {bytes("\0"), bytes("\x7f"), bytes("\x80"), bytes("\xff")}, {0, 127, -128, -1}},
      {"u1", {bytes("\0"), bytes("\x7f"), bytes("\x80"), bytes("\xff")}, {0, 127, 128, 255}},
      {"i2",
       {bytes("\1\2"), bytes("\x7f\xff"), bytes("\x80\0"), bytes("\xff\xfe")},
       {258, 32767, -32768, -2}},
      {"u2",
       {bytes("\1\2"), bytes("\x7f\xff"), bytes("\x80\0"), bytes("\xff\xfe")},
       {258, 32767, 32768, 65534}},
      {"i4",
       {bytes("\1\2\3\4"), bytes("\x7f\xff\xff\xff"), bytes("\x80\0\0\0"), bytes("\xff\xff\xff\xfd")},
       {16909060, 2147483647, -2147483648.0, -3}},
      {"u4",
       {bytes("\1\2\3\4"), bytes("\x7f\xff\xff\xff"), bytes("\x80\0\0\0"), bytes("\xff\xff\xff\xfd")},
       {16909060, 2147483647, 2147483648.0, 4294967293.0}},
      // 2^53 + 1 and 2^64 − 1 are rounded.
      {"i8",
       {bytes("\0\0\0\0\0\0\1\2"), bytes("\0\x20\0\0\0\0\0\1"), bytes("\x80\0\0\0\0\0\0\0"),
        bytes("\xff\xff\xff\xff\xff\xff\xff\xfc")},
       {258, 0x1p53, -0x1p63, -4}},
      {"u8",
       {bytes("\0\0\0\0\0\0\1\2"), bytes("\0\x20\0\0\0\0\0\1"), bytes("\x80\0\0\0\0\0\0\0"),
        bytes("\xff\xff\xff\xff\xff\xff\xff\xff")},
       {258, 0x1p53, 0x1p63, 0x1p64}},
      // The smallest subnormal, the largest, 1 + 2^-10, −2.
      {"f2",
       {bytes("\0\1"), bytes("\x7b\xff"), bytes("\x3c\1"), bytes("\xc0\0")},
       {0x1p-24, 65504, 1 + 0x1p-10, -2}},
      {"f2",
       {bytes("\x80\0"), bytes("\x03\xff"), bytes("\x7c\0"), bytes("\xfc\0")},
       {-0.0, 0x3ffp-24, infinity, -infinity}},
      {"f4",
       {bytes("\x3f\x80\0\0"), bytes("\xc0\x20\0\0"), bytes("\0\0\0\1"), bytes("\xff\x80\0\0")},
       {1, -2.5, 0x1p-149, -infinity}},
      {"f8",
       {bytes("\x3f\xf0\0\0\0\0\0\1"), bytes("\xc0\x04\0\0\0\0\0\0"), bytes("\0\0\0\0\0\0\0\1"),
        bytes("\x7f\xf0\0\0\0\0\0\0")},
       {1 + 0x1p-52, -2.5, 0x1p-1074, infinity}},
  };
}

bool are_same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, {}, std::bit_cast<std::uint64_t, double>,
                            std::bit_cast<std::uint64_t, double>);
}

}  // namespace

TEST_CASE("A malformed .npy file is refused in one line that says what was expected") {
  const Scratch scratch;
  const auto files = malformed_files();
  CHECK(files.size() >= 40);
  for (const auto& [file, expected] : files) {
    const auto path = scratch.write("x.npy", file);
    const std::string sentence = refusal(path);
    INFO(sentence);
    CHECK(is_one_line(sentence));
    CHECK_THAT(sentence, Catch::StartsWith(path.string() + ": "));
    CHECK_THAT(sentence, Catch::Contains(expected));
  }
}

TEST_CASE("Every prefix of a valid .npy file is refused") {
  const Scratch scratch;
  for (int major = 1; major <= 3; ++major) {
    const std::string whole = npy(major, dict("<f4", "True", "(3, 2)"), std::string(24, '\1'));
    CHECK(read_npy(scratch.write("whole.npy", whole)).shape == std::vector<std::size_t>{3, 2});
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string sentence = refusal(scratch.write("part.npy", whole.substr(0, size)));
      CHECK(is_one_line(sentence));
      CHECK_THAT(sentence, Catch::Contains("truncated"));
    }
  }
}

TEST_CASE("A .npy file with any byte changed is read or refused in one line") {
  const Scratch scratch;
  const std::string whole = npy(1, dict("<i2", "True", "(2, 3)"), std::string(12, '\1'));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'\0', '0', '9', '\'', '(', ')', '{', '}', ',', '-', 'L', '\n', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = byte;
      const auto path = scratch.write("x.npy", changed);
      std::size_t count = 0;
      const std::string sentence = sentence_of<DataError>([&] { count = read_npy(path).values.size(); });
      CHECK((count == 6 || is_one_line(sentence)));
    }
  }
}

TEST_CASE("Every real type is read in either byte order, C and Fortran order, and every version") {
  const Scratch scratch;
  for (const auto& [code, big_endian, values] : samples()) {
    for (const char order : {'<', '>', '|'}) {
      if (order == '|' && big_endian[0].size() > 1) continue;
      std::string data, transposed;
      for (const std::size_t i : {0U, 1U, 2U, 3U}) {
        std::string c_next = big_endian[i], fortran_next = big_endian[i % 2 * 2 + i / 2];
        if (order == '<') {
          std::ranges::reverse(c_next);
          std::ranges::reverse(fortran_next);
        }
        data += c_next;
        transposed += fortran_next;
      }
      for (int major = 1; major <= 3; ++major) {
        INFO(order << code << " in version " << major);
        const std::string descr = order + code;
        const Array c = read_npy(scratch.write("c.npy", npy(major, dict(descr, "False", "(2, 2)"), data)));
        const Array f =
            read_npy(scratch.write("f.npy", npy(major, dict(descr, "True", "(2, 2)"), transposed)));
        CHECK(c.shape == std::vector<std::size_t>{2, 2});
        CHECK(f.shape == c.shape);
        CHECK(are_same_bits(c.values, values));
        CHECK(are_same_bits(f.values, values));
      }
    }
  }
}

TEST_CASE("NaN is read as NaN from every floating type") {
  const Scratch scratch;
  const auto read_one = [&](const std::string& descr, const std::string& data) {
    return read_npy(scratch.write("x.npy", npy(1, dict(descr, "False", "()"), data))).values.at(0);
  };
  CHECK(std::isnan(read_one(">f2", bytes("\x7e\0"))));
  CHECK(std::isnan(read_one(">f2", bytes("\xfc\1"))));
  CHECK(std::isnan(read_one(">f4", bytes("\x7f\xc0\0\0"))));
  CHECK(std::isnan(read_one("<f8", bytes("\0\0\0\0\0\0\xf8\xff"))));
}

TEST_CASE("A Fortran-ordered array of any rank comes out in row-major order") {
  const Scratch scratch;
  // As NumPy stores np.arange(24).reshape(2, 3, 4) in Fortran order.
  std::string data;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) data += static_cast<char>(12 * i + 4 * j + k);
  const Array array = read_npy(scratch.write("x.npy", npy(1, dict("|u1", "True", "(2, 3, 4)"), data)));
  std::vector<double> expected(24);
  std::iota(expected.begin(), expected.end(), 0.0);
  CHECK(array.values == expected);

  CHECK(read_npy(scratch.write("v.npy", npy(1, dict("|u1", "True", "(3,)"), "abc"))).values ==
        std::vector<double>{'a', 'b', 'c'});
  CHECK(read_npy(scratch.write("s.npy", npy(1, dict("|u1", "True", "()"), "a"))).values ==
        std::vector<double>{'a'});
  CHECK(read_npy(scratch.write("e.npy", npy(1, dict("|u1", "True", "(2, 0)"), ""))).values.empty());
}

TEST_CASE("Every spelling of the header that NumPy has written is read") {
  const Scratch scratch;
  for (const std::string header : {
           "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 1L)}",
           "{\"descr\": \"<f8\", \"fortran_order\": False, \"shape\": (2, 1)}",
           "{'shape':(2,1),'fortran_order':False,'descr':'<f8'}",
           " \t{ 'descr' : '<f8' ,\n 'fortran_order' : False ,\r\n 'shape' : ( 2 , 1 , ) , } \n",
           "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 1), }                    \n",
       }) {
    INFO(header);
    CHECK(read_npy(scratch.write("x.npy", npy(1, header, doubles(2)))).shape ==
          std::vector<std::size_t>{2, 1});
  }
  CHECK(read_npy(scratch.write("x.npy", npy(1, dict("<f8", "False", "(2L,)"), doubles(2)))).shape ==
        std::vector<std::size_t>{2});
}

TEST_CASE("An empty array keeps its shape") {
  const Scratch scratch;
  CHECK(read_npy(scratch.write("x.npy", zeros("(0, 3)", 0))).shape == std::vector<std::size_t>{0, 3});
  CHECK(read_npy(scratch.write("x.npy", zeros("(0,)", 0))).values.empty());
}

TEST_CASE("What is written is read back, bit for bit") {
  const Scratch scratch;
  std::mt19937_64 draw(1);
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{},
                                                {1},
                                                {0},
                                                {7},
                                                {100000},
                                                {3, 5},
                                                {0, 4},
                                                {2, 3, 4, 5},
                                                {1, 1, 1, 1, 1, 1, 1}}) {
    const std::size_t count =
        std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    std::vector<double> wide(count);
    std::vector<float> narrow(count);
    for (std::size_t i = 0; i < count; ++i) {
      wide[i] = bits_of(draw() & ~(std::uint64_t{1} << 52));  // any bits but those of NaN and infinity
      narrow[i] = std::ldexp(static_cast<float>(draw() >> 40), static_cast<int>(i % 100));
    }
    write_npy(scratch / "wide.npy", shape, wide);
    write_npy(scratch / "narrow.npy", shape, narrow);
    const Array a = read_npy(scratch / "wide.npy"), b = read_npy(scratch / "narrow.npy");
    CHECK(a.shape == shape);
    CHECK(b.shape == shape);
    CHECK(are_same_bits(a.values, wide));
    CHECK(are_same_bits(b.values, {narrow.begin(), narrow.end()}));
  }
  CHECK(scratch.count_entries() == 2);
}

TEST_CASE("A written file has the bytes that NumPy writes") {
  const Scratch scratch;
  const std::vector<std::size_t> shape{2};
  write_npy(scratch / "x.npy", shape, std::vector<double>{1, -2});
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
  header.resize(117, ' ');
  CHECK(read_bytes(scratch / "x.npy") ==
        npy(1, header + '\n', bytes("\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0")));
}

TEST_CASE("A written header ends on a multiple of 64 bytes") {
  for (std::size_t rank = 0; rank <= 64; ++rank) {
    const std::vector<std::size_t> shape(rank, std::numeric_limits<std::size_t>::max());
    const std::string header = npy_header(RealType::f4, shape);
    CHECK(header.size() % 64 == 0);
    CHECK(header.back() == '\n');
    CHECK(header.substr(8, 2) == little_endian(header.size() - 10, 2));
  }
}

TEST_CASE("An array that a header cannot describe is not written") {
  const Scratch scratch;
  const std::vector<double> values(6);
  const std::vector<std::size_t> wrong{2, 2}, long_shape(65, 1);
  CHECK_THAT(sentence_of<Error>([&] { write_npy(scratch / "x.npy", wrong, values); }),
             Catch::Contains("6 values cannot be written with the shape (2, 2)"));
  CHECK_THAT(
      sentence_of<Error>([&] { write_npy(scratch / "x.npy", long_shape, std::span(values).first(1)); }),
      Catch::Contains("65 dimensions"));
  CHECK(scratch.count_entries() == 0);
}

TEST_CASE("A path that is no readable file is refused with the system's words") {
  const Scratch scratch;
  CHECK_THAT(refusal(scratch / "missing.npy"),
             Catch::EndsWith("cannot be opened: No such file or directory"));
  CHECK_THAT(refusal(scratch.folder()), Catch::EndsWith("is a directory, expected a file"));
  const auto odd = scratch.write("a\nb.npy", "");
  CHECK(is_one_line(refusal(odd)));
  CHECK_THAT(refusal(odd), Catch::Contains("a\\x0ab.npy: "));
  CHECK_THAT(refusal("/dev/null"), Catch::Contains("truncated"));
}

TEST_CASE("A pipe is read to its end") {
  const Scratch scratch;
  const auto path = scratch / "pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const auto read_from_pipe = [&](const std::string& content) {
    std::thread writer([&] { std::ofstream(path, std::ios::binary) << content; });
    std::size_t count = 0;
    const std::string sentence = sentence_of<DataError>([&] { count = read_npy(path).values.size(); });
    writer.join();
    return std::pair{count, sentence};
  };
  CHECK(read_from_pipe(zeros("(300, 300)", 90000)).first == 90000);
  CHECK_THAT(read_from_pipe(zeros("(300, 300)", 90001)).second, Catch::Contains("trailing bytes"));
  CHECK_THAT(read_from_pipe("").second, Catch::Contains("truncated"));
}
