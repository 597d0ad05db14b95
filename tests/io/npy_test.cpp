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

#include "npy_bytes.hpp"

using namespace nntk;
using namespace nntk::io;
using namespace nntk::io::test;

namespace {

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
