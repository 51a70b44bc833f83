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
  std::chrono::milliseconds connect_timeout{5000};  ///< for DNS, connection and TLS of one mirror
  std::chrono::milliseconds stall_timeout{8000};    ///< without a byte
  std::string remedy = {};  ///< ends the error message; empty: put the file at the destination
  /// Called for every piece received with the bytes present and in total (0: not known); may throw
  /// to stop.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

/// Fetches a file over http or https, trying the mirrors in turn. The file is written to
/// "<destination>.part", which a later call or the next mirror continues, and renamed to
/// `destination` once its MD5 is correct. A complete part with a wrong checksum is removed.
/// Errors: std::runtime_error listing every mirror with its cause, and the remedy; or naming the
/// file, if it cannot be written or another process is fetching it.
void fetch(const std::vector<std::string>& urls, const std::string& destination,
           const std::string& md5, const FetchOptions& options = {});

}  // namespace hebb::io
