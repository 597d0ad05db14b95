// SPDX-License-Identifier: BSD-3-Clause
#include "checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/io/atomic_file.hpp"
#include "nntk/io/content_hash.hpp"

namespace nntk::tool {

namespace {

using Document = nlohmann::json;
using Bytes = std::vector<std::uint8_t>;

constexpr const char* version = "nntk checkpoint 1";

[[noreturn]] void refuse(const Path& path, const std::string& found) {
  throw DataError(fmt::format("{}: expected a checkpoint of this training, found {}", path.string(), found));
}

Document bytes_of(std::span<const double> numbers) {
  const auto bytes = std::as_bytes(numbers);
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return Document::binary(Bytes(first, first + bytes.size()));
}

std::vector<double> numbers_of(const Document& json) {
  const Bytes& bytes = json.get_binary();
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::copy_n(bytes.data(), numbers.size() * sizeof(double), reinterpret_cast<std::uint8_t*>(numbers.data()));
  return numbers;
}

std::string hash_of(const Bytes& content) {
  io::ContentHash hash;
  hash.add(std::as_bytes(std::span(content)));
  return hash.text();
}

Document describe(const Losses& losses) {
  return {losses.before, losses.after, losses.lowest, losses.lowest_step};
}

Losses losses_of(const Document& json) {
  Losses losses(json.at(0).get<double>());
  losses.after = json.at(1);
  losses.lowest = json.at(2);
  losses.lowest_step = json.at(3);
  return losses;
}

TrainingState state_of(const Document& content) {
  TrainingState state;
  state.step = content.at("step");
  state.theta = numbers_of(content.at("theta"));
  state.velocity = numbers_of(content.at("velocity"));
  state.losses = losses_of(content.at("losses"));
  state.test_losses = losses_of(content.at("test_losses"));
  state.records = content.at("records").get<std::vector<std::vector<double>>>();
  return state;
}

Bytes read_bytes(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || !std::filesystem::is_regular_file(path, error)) refuse(path, "no file that can be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The content, once its hash has told that it is whole.
Document read_content(const Path& path) {
  const Document file = Document::from_cbor(read_bytes(path));
  if (file.at("format") != version) refuse(path, "one of another version");
  const Bytes& content = file.at("content").get_binary();
  if (file.at("hash") != hash_of(content)) refuse(path, "a damaged one");
  return Document::from_cbor(content);
}

void require_same(const Path& path, const RunIdentity& found, const RunIdentity& run) {
  for (const auto& [name, value] : run)
    if (const auto other = found.find(name); other == found.end() || other->second != value)
      refuse(path, fmt::format("one of another: {} was {}, and is {}", name,
                               other == found.end() ? "unknown" : other->second, value));
}

}  // namespace

void write_checkpoint(const Path& path, const RunIdentity& run, const TrainingState& state) {
  const Bytes content = Document::to_cbor({{"run", run},
                                           {"step", state.step},
                                           {"theta", bytes_of(state.theta)},
                                           {"velocity", bytes_of(state.velocity)},
                                           {"losses", describe(state.losses)},
                                           {"test_losses", describe(state.test_losses)},
                                           {"records", state.records}});
  const Bytes bytes = Document::to_cbor(
      {{"format", version}, {"hash", hash_of(content)}, {"content", Document::binary(content)}});
  io::AtomicFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

TrainingState read_checkpoint(const Path& path, const RunIdentity& run) {
  try {
    const Document content = read_content(path);
    require_same(path, content.at("run").get<RunIdentity>(), run);
    return state_of(content);
  } catch (const Document::exception&) {
    refuse(path, "none, or a damaged one");
  }
}

}  // namespace nntk::tool
