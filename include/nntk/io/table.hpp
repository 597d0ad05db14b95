// SPDX-License-Identifier: BSD-3-Clause
//
// Data as a tool takes them: a matrix or a vector of finite numbers, from .npy or from text.
//
//     X.npy    shape (n, d)                     read_matrix -> shape (n, d)
//     X.csv    n lines of d numbers             read_matrix -> shape (n, d)
//     y.npy    shape (n,), (n, 1) or (1, n)     read_vector -> shape (n)
//     y.csv    n lines of one number            read_vector -> shape (n)
//
// A .npy file is known by its first bytes, or by its name; everything else is text. In text a line is a row;
// numbers are separated by semicolons, commas, tabs or spaces, whichever of these, in this order, the first
// row has. Only spaces may repeat. Blank lines, CRLF, a byte order mark and comments from # to the end of a
// line are skipped, and so is one first line in which no field begins like a number: a header. A number is
// decimal with a point, whatever the locale; `nan` and `inf` are numbers, an empty field is not, nor is what
// a double cannot hold (1e400, 1e-400).
#pragma once

#include <filesystem>
#include <string_view>

#include "nntk/io/npy.hpp"

namespace nntk::io {

/// Reads .npy as read_npy does, of any rank, or text, which gives shape (rows, columns), also for one column.
/// Values may be NaN or infinite.
///
/// Cost: one pass over the file. Allocates the values, and for text the text.
///
/// Throws DataError, one line naming the file and the line, what was expected and what was found: rows of
/// different lengths, a field that is not a number, no row at all; for .npy what read_npy throws.
Array read_table(const std::filesystem::path& path);

/// Reads a table that must be a matrix: rank 2, at least one row and one column, every value finite. `name`
/// is what the caller calls it in messages, for example "x".
///
/// Cost: as read_table, and one pass over the values. Throws DataError: of a value that is not finite it
/// names the row and the column, counted from 0; rank 1 is refused, for nobody knows whether it is one sample
/// or many.
Array read_matrix(const std::filesystem::path& path, std::string_view name);

/// Reads a table that must be a vector: shape (n), (n, 1) or (1, n) with n at least 1, every value finite.
/// The result has shape (n). Cost and errors: as read_matrix.
Array read_vector(const std::filesystem::path& path, std::string_view name);

}  // namespace nntk::io
