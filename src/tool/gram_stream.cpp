// SPDX-License-Identifier: BSD-3-Clause
#include "gram_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

constexpr std::size_t part_bytes = std::size_t{32} << 20;
/// Of the progress bar, which does not know what sweeps cost beside pairs.
constexpr double sweeps_share = 0.05;

std::size_t count_pairs(std::span<const Part> parts) {
  return std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                         [](std::size_t sum, const Part& part) { return sum + part.pairs(); });
}

}  // namespace

bool fill_parts(std::size_t numbers) { return numbers > part_bytes / sizeof(double); }

std::vector<Part> find_parts(const GramEvaluation& evaluation, bool is_symmetric, std::size_t entries) {
  const auto side = static_cast<std::size_t>(
      std::sqrt(static_cast<double>(part_bytes) / static_cast<double>(sizeof(double) * entries)));
  const std::size_t unit = evaluation.granularity();
  return cut(evaluation.whole(), is_symmetric, std::max(unit, side / unit * unit));
}

GramStream::GramStream(GramEvaluation& evaluation, std::vector<Part> parts, bool is_symmetric,
                       std::size_t entries, std::vector<std::unique_ptr<GramFile>> files,
                       std::function<void(std::span<const double>)> check)
    : evaluation_(evaluation),
      parts_(std::move(parts)),
      is_symmetric_(is_symmetric),
      entries_(entries),
      finished_(parts_.size()),
      files_(std::move(files)),
      evaluated_(files_.size()),
      written_(files_.size()),
      check_(std::move(check)) {
  for (const auto& file : files_) finished_ = std::min(finished_, file->finished());
}

void GramStream::run(const nntk::Progress& progress) {
  try {
    run_parts(progress);
  } catch (const Interrupted&) {
    finish_writing();
    keep();
    if (finished_ == 0) throw;
    throw Interrupted(fmt::format("interrupted at {:.0f} %: the same command goes on from there",
                                  std::floor(100 * finished_share())));
  }
}

void GramStream::run_parts(const nntk::Progress& progress) {
  const double from = finished_share();
  const auto at = [&](double share) { return std::max(from, sweeps_share + (1 - sweeps_share) * share); };
  const ProgressShare sweeps(progress, from, at(from));
  evaluation_.prepare(std::cref(sweeps));
  for (std::size_t part = finished_; part < parts_.size(); ++part) {
    const ProgressShare pairs(progress, at(share_of(part)), at(share_of(part + 1)));
    evaluate(parts_[part], std::cref(pairs));
    start_writing(part);
  }
  finish_writing();
}

void GramStream::evaluate(const Part& part, const nntk::Progress& progress) {
  evaluation_.evaluate(part, size_for(part), progress);
  for (const Buffers& buffers : evaluated_) check_(buffers.values);
}

GramValues GramStream::size_for(const Part& part) {
  const bool is_mirrored = is_symmetric_ && part.rows.first != part.columns.first;
  for (Buffers& buffers : evaluated_) {
    buffers.values.resize(part.pairs() * entries_);
    buffers.turned.resize(is_mirrored ? buffers.values.size() : 0);
  }
  GramValues to{evaluated_[0].values, evaluated_[0].turned};
  if (evaluated_.size() > 1) to.errors = evaluated_[1].values, to.turned_errors = evaluated_[1].turned;
  return to;
}

void GramStream::start_writing(std::size_t part) {
  finish_writing();
  std::swap(evaluated_, written_);
  writing_ = std::async(std::launch::async, [this, part] { write(part); });
}

void GramStream::finish_writing() {
  if (!writing_.valid()) return;
  writing_.get();
  finished_ = files_.front()->finished();
}

void GramStream::write(std::size_t part) {
  const auto [rows, columns] = parts_[part];
  for (std::size_t k = 0; k < files_.size(); ++k) {
    files_[k]->write({rows, columns}, written_[k].values);
    if (!written_[k].turned.empty()) files_[k]->write({columns, rows}, written_[k].turned);
  }
  for (const auto& file : files_) file->mark_finished(part + 1);
}

void GramStream::keep() {
  for (const auto& file : files_) file->keep();
}

void GramStream::commit() {
  for (const auto& file : files_) file->commit();
}

double GramStream::share_of(std::size_t parts) const {
  return static_cast<double>(count_pairs(std::span(parts_).first(parts))) /
         static_cast<double>(count_pairs(parts_));
}

}  // namespace nntk::tool
