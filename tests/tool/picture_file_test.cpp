// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/picture_file.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "io/scratch.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

using Catch::Contains;
using io::test::read_bytes;
using io::test::Scratch;

const Plot plot{{{.title = "t", .x = {"x"}, .y = {"y"}, .series = {{"s", {1, 2, 3}, {3, 1, 2}}}}}};

/// PATH for as long as it lives.
class SearchPath {
 public:
  explicit SearchPath(const Path& folder) : before_(std::getenv("PATH")) {
    ::setenv("PATH", folder.c_str(), 1);
  }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;
  ~SearchPath() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

/// A gnuplot that does as this script says.
void write_gnuplot(const Scratch& scratch, std::string_view script) {
  const Path program = scratch.write("gnuplot", "#!/bin/sh\n" + std::string(script));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("The ending of its name is the format of a picture, and another one is refused") {
  CHECK(picture_format_of("a/b.png") == PictureFormat::png);
  CHECK(picture_format_of("b.svg") == PictureFormat::svg);
  CHECK(picture_format_of("b.c.pdf") == PictureFormat::pdf);
  const char* other = GENERATE("b.jpg", "b", "-", "png", ".png", "a.png/b");
  CHECK_THROWS_AS(picture_format_of(other), UsageError);
  CHECK_THROWS_WITH(picture_format_of(other), Contains(".png|.svg|.pdf, found '" + std::string(other) + "'"));
}

TEST_CASE("A picture appears when it is committed, and not before") {
  const Scratch scratch;
  const Path path = scratch / "p.svg";
  {
    PictureFile lost(path);
    lost.draw(plot);
  }
  CHECK(scratch.count_entries() == 0);
  PictureFile picture(path);
  picture.draw(plot);
  picture.commit();
  CHECK_THAT(read_bytes(path), Contains("</svg>"));
  CHECK(scratch.count_entries() == 1);
}

TEST_CASE("Without gnuplot, or without a place for it, a picture is refused before any work") {
  const Scratch scratch;
  CHECK_THROWS_AS(PictureFile(scratch / "absent/p.svg"), OutputError);
  const SearchPath nothing(scratch.folder());
  CHECK_THROWS_AS(PictureFile(scratch / "p.svg"), OutputError);
  CHECK_THROWS_WITH(PictureFile(scratch / "p.svg"), Contains("expected gnuplot on the PATH to draw "));
  CHECK(scratch.count_entries() == 0);
}

TEST_CASE("A gnuplot that fails, dies or draws nothing leaves the old picture, and is quoted") {
  const Scratch scratch;
  const Path path = scratch.write("p.svg", "old");
  write_gnuplot(scratch, GENERATE("echo half; echo 'line 0: no such terminal' >&2; echo >&2; exit 1",
                                  "echo 'no such terminal' >&2; kill -9 $$", "echo no such terminal >&2"));
  const SearchPath own(scratch.folder());
  {
    PictureFile picture(path);
    CHECK_THROWS_WITH(picture.draw(plot),
                      Contains("expected gnuplot to draw") && Contains("no such terminal"));
  }
  CHECK(read_bytes(path) == "old");
  CHECK(scratch.count_entries() == 2);
}

}  // namespace nntk::tool
