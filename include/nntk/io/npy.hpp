// SPDX-License-Identifier: BSD-3-Clause
//
// NumPy's .npy files: a strict reader, and a writer that leaves a whole file or none.
//
//     \x93NUMPY  major minor  header length   header, a Python dict literal                   data
//     6 bytes    1     1      2 (v1) or 4     {'descr': '<f8', 'fortran_order': False,        count × item
//     size
//                             (v2, v3)         'shape': (3, 4), } spaces newline
//
// The format is NumPy Enhancement Proposal 1, and numpy.lib.format for versions 2.0 (long headers) and 3.0
// (UTF-8). A file is input from a stranger: its data size is compared with the header before anything of that
// size is allocated, a byte too many is an error like a byte too few, and no code in it is evaluated.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace nntk::io {

/// An array of any rank in row-major order, whatever order the file had. values.size() is the product of the
/// shape; a scalar has shape () and one value.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};

/// Reads a .npy file of version 1.0, 2.0 or 3.0, of either byte order, in C or Fortran order.
///
/// Types: b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8. Every value becomes a double as NumPy's
/// astype('f8') makes it: exactly, except that integers beyond 2^53 are rounded to nearest. NaN and
/// infinities are values here; read_matrix and read_vector in table.hpp refuse them.
///
/// Cost: one pass over the file. Allocates the values, a buffer of 64 KiB, and once more the values for a
/// matrix in Fortran order; a pipe is first read to its end into memory.
///
/// Throws DataError, one line naming the file, what was expected and what was found: the file is missing or a
/// directory; it is not .npy, or of an unknown version; its header is malformed, or has a key too many, twice
/// or too few; its type is not real numbers (objects, records, complex numbers, text, dates), or long double,
/// whose layout differs between machines; its shape does not fit memory; its data are too short or too long.
Array read_npy(const std::filesystem::path& path);

/// The two types that are written.
enum class RealType { f4, f8 };

/// The first bytes of a .npy file, magic included: version 1.0, C order, this machine's byte order, padded to
/// a multiple of 64 bytes, or to `size` if that is more. To stream an array, write this to an AtomicFile and
/// then the values, row by row.
/// Throws Error (internal) above 64 dimensions, which is more than NumPy takes.
std::string npy_header(RealType type, std::span<const std::size_t> shape, std::size_t size = 0);

/// Writes values, row-major with this shape, as 'f8' or 'f4', through an AtomicFile: afterwards `path` holds
/// the new array, or, after an error, what it held before. Cost: one pass; allocates the header alone. Throws
/// OutputError when the file cannot be written, Error (internal) when values.size() is not the product of the
/// shape.
void write_npy(const std::filesystem::path& path, std::span<const std::size_t> shape,
               std::span<const double> values);
void write_npy(const std::filesystem::path& path, std::span<const std::size_t> shape,
               std::span<const float> values);

}  // namespace nntk::io
