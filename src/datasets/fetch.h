#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hebb::io {

struct FetchOptions {
  std::uint64_t size = 0;                           ///< of the whole file; 0: not known
  std::uint64_t limit = std::uint64_t{1} << 30;     ///< bytes; a mirror that sends more is refused
  std::chrono::milliseconds connect_timeout{5000};  ///< for name, connection and TLS of one mirror
  std::chrono::milliseconds stall_timeout{8000};    ///< without a byte
  std::string remedy = {};  ///< ends the error message; empty: to put the file at the destination
  /// Bytes there and in all (0: not known), at every piece that comes; may throw to stop.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

/// Fetches a file over http or https: the mirrors in turn, into "<destination>.part", which a later
/// call or the next mirror goes on with; renamed to `destination` once its MD5 holds. A part whose
/// checksum does not hold is removed.
/// Errors: std::runtime_error that lists every mirror with its cause, and the remedy; or naming the
///         file that cannot be written, or that another process is fetching.
void fetch(const std::vector<std::string>& urls, const std::string& destination,
           const std::string& md5, const FetchOptions& options = {});

}  // namespace hebb::io
