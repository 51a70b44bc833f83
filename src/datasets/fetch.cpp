// A server that supports ranges answers 206 and continues the partial file; one that ignores the
// range answers 200 and starts it again. Whatever the servers answer, a partial file becomes the
// file only if the checksum of the whole is correct. If a continued file fails the checksum, the
// whole file is requested once more from the same mirror.
#include "datasets/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/version.h"
#include "hebb/io/file.h"
#include "io/descriptor.h"
#include "io/digest.h"

namespace hebb::io {
namespace {

// The partial file. The destructor removes it if it contains nothing useful.
class Part {
 public:
  explicit Part(std::string path) : path_(std::move(path)) {
    file_ = open_file(path_, O_RDWR | O_CREAT | O_APPEND, 0644);
    if (!file_) fail(path_, "open");
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        throw std::runtime_error(path_ + ": another process is fetching this file; wait for it");
      fail(path_, "lock");
    }
    struct stat info {};
    if (::fstat(file_.get(), &info) != 0) fail(path_, "look it up");
    size_ = static_cast<std::uint64_t>(info.st_size);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() {
    if (file_ && size_ == 0) ::unlink(path_.c_str());
  }

  std::uint64_t size() const { return size_; }
  void append(std::span<const std::uint8_t> bytes) {
    write_all(file_.get(), bytes, path_);
    size_ += bytes.size();
  }
  void clear() {
    if (::ftruncate(file_.get(), 0) != 0) fail(path_, "truncate");
    size_ = 0;
  }
  std::string md5() const { return md5_hex(MappedFile(path_).bytes()); }
  void rename_to(const std::string& path) {
    sync_and_close(std::move(file_), path);
    rename_file(path_, path);
    sync_folder(path);
  }

 private:
  std::string path_;
  Descriptor file_{-1};
  std::uint64_t size_ = 0;
};

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// One request for the missing rest of the partial file.
class Transfer {
 public:
  Transfer(const std::string& url, Part& part, const FetchOptions& options)
      : part_(part), options_(options) {
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) curl_.reset(curl_easy_init());
    if (!curl_) throw std::runtime_error("cannot start libcurl");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);  // other threads may be running
    set(CURLOPT_USERAGENT, concat("hebb/", version()).c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    // libcurl's own low-speed limit averages over five seconds and would act that much later.
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_wait);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
    set(CURLOPT_WRITEDATA, this);
    if (part.size() > 0) set(CURLOPT_RANGE, concat(part.size(), "-").c_str());
    // A proxy for the internet cannot reach servers on this machine.
    if (url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost"))
      set(CURLOPT_NOPROXY, "*");
  }

  // Returns an empty string on success, otherwise the cause.
  std::string run() {
    last_ = Clock::now();
    const auto code = curl_easy_perform(curl_.get());
    if (thrown_) std::rethrow_exception(thrown_);
    if (too_much_) return concat("sends more than the ", most(), " bytes expected");
    if (stalled_)
      return concat("no data for ", std::chrono::duration<double>(options_.stall_timeout).count(),
                    " s");
    if (code == CURLE_OK) return {};
    return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  }

  // Whether the contents of the partial file cannot be the start of the file.
  bool part_is_wrong() const { return too_much_ || status() == kRangeNotSatisfiable; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr long kPartialContent = 206;
  static constexpr long kRangeNotSatisfiable = 416;

  template <class Argument>
  void set(CURLoption option, Argument argument) {
    if (curl_easy_setopt(curl_.get(), option, argument) != CURLE_OK)
      throw std::runtime_error(concat("libcurl refuses option ", static_cast<int>(option)));
  }

  long status() const {
    long code = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  std::uint64_t most() const { return options_.size > 0 ? options_.size : options_.limit; }

  // Exceptions must not pass through libcurl: a result other than `count` ends the transfer.
  static std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      return transfer.take({reinterpret_cast<const std::uint8_t*>(bytes), count}) ? count : 0;
    } catch (...) {
      transfer.thrown_ = std::current_exception();
      return 0;
    }
  }

  // Called at least once a second; a result other than 0 ends the transfer.
  static int on_wait(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.stalled_ = Clock::now() - transfer.last_ >= transfer.options_.stall_timeout;
    return transfer.stalled_ ? 1 : 0;
  }

  bool take(std::span<const std::uint8_t> bytes) {
    last_ = Clock::now();
    if (total_ < 0) {
      if (status() != kPartialContent && part_.size() > 0) part_.clear();
      curl_off_t length = -1;
      curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
      total_ = length < 0 ? 0 : static_cast<curl_off_t>(part_.size()) + length;
    }
    too_much_ = part_.size() + bytes.size() > most();
    if (too_much_) return false;
    part_.append(bytes);
    if (options_.progress)
      options_.progress(part_.size(),
                        options_.size > 0 ? options_.size : static_cast<std::uint64_t>(total_));
    return true;
  }

  Part& part_;
  const FetchOptions& options_;
  std::unique_ptr<CURL, FreeCurl> curl_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::exception_ptr thrown_;
  Clock::time_point last_;  // when bytes last arrived
  bool stalled_ = false;
  bool too_much_ = false;
  curl_off_t total_ = -1;  // -1: no response yet; 0: not known
};

// Checks the partial file. Returns an empty string if it is the complete file, otherwise the cause.
std::string verify(const Part& part, const std::string& md5, const FetchOptions& options) {
  if (options.size > 0 && part.size() != options.size)
    return concat("sent ", part.size(), " bytes, expected ", options.size);
  const auto got = part.size() > 0 ? part.md5() : "none of 0 bytes";
  return got == md5 ? "" : concat("wrong content: MD5 ", got, ", expected ", md5);
}

// Returns an empty string if the partial file is now complete, otherwise the cause.
std::string try_mirror(const std::string& url, Part& part, const std::string& md5,
                       const FetchOptions& options) {
  for (;;) {
    const bool continues = part.size() > 0;
    Transfer transfer(url, part, options);
    auto cause = transfer.run();
    const bool complete = cause.empty();
    if (complete) cause = verify(part, md5, options);
    if (cause.empty()) return {};
    if (complete || transfer.part_is_wrong()) part.clear();
    if (!continues || part.size() > 0) return cause;
  }
}

}  // namespace

void fetch(const std::vector<std::string>& urls, const std::string& destination,
           const std::string& md5, const FetchOptions& options) {
  const auto folder = std::filesystem::path(destination).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) fail(folder.string(), "create this folder", error.value());

  Part part(destination + ".part");
  std::string causes;
  for (const auto& url : urls) {
    const auto cause = try_mirror(url, part, md5, options);
    if (cause.empty()) return part.rename_to(destination);
    causes += concat("\n  ", url, ": ", cause);
  }
  const auto name = std::filesystem::path(destination).filename().string();
  const auto remedy = "get the file by other means and put it at " + destination;
  throw std::runtime_error(concat("cannot fetch ", name, ":", causes, "\n  ",
                                  options.remedy.empty() ? remedy : options.remedy));
}

}  // namespace hebb::io
