// SPDX-License-Identifier: BSD-3-Clause
#include "picture_file.hpp"

#include <fmt/format.h>

#include "names.hpp"
#include "nntk/error.hpp"
#include "nntk/io/process.hpp"

namespace nntk::tool {

namespace {

constexpr Names<PictureFormat, 3> endings{
    {{".png", PictureFormat::png}, {".svg", PictureFormat::svg}, {".pdf", PictureFormat::pdf}}};

Path find_gnuplot(const Path& picture) {
  if (auto program = io::find_program("gnuplot")) return *std::move(program);
  throw OutputError(fmt::format("expected gnuplot on the PATH to draw {}, found none", picture.string()));
}

/// The last line that gnuplot wrote and says something: its others show the place in the script.
std::string last_line(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

PictureFormat picture_format_of(const Path& path) {
  for (const auto& [ending, format] : endings)
    if (path.extension() == ending) return format;
  throw UsageError(
      fmt::format("--plot: expected a name that ends in {}, found '{}'", list_names(endings), path.string()));
}

PictureFile::PictureFile(const Path& path)
    : path_(path), format_(picture_format_of(path)), gnuplot_(find_gnuplot(path)), file_(path) {}

void PictureFile::draw(const Plot& plot) {
  const auto outcome =
      io::run_filter({gnuplot_.string(), "--default-settings", "-"}, to_gnuplot(plot, format_));
  if (!outcome.succeeded || outcome.output.empty())
    throw OutputError(
        fmt::format("expected gnuplot to draw {}, found: {}", path_.string(), last_line(outcome.complaints)));
  file_.write(outcome.output);
}

}  // namespace nntk::tool
