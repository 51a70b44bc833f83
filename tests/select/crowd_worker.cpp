// In place of `hebb worker`: takes jobs and answers them as serve_study() says, but sleeps instead of
// training, 50 ms a trial of two folds. A score is a function of the options and the fold. Each job that it
// was given is a line of the file $HEBB_CROWD_LOG.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

constexpr int kCrowdFolds = 2;
constexpr unsigned kFoldTime = 25'000;  // microseconds

// What stands between `begin` and the next `end`.
std::string part(const std::string& line, const std::string& begin, char end) {
  const auto at = line.find(begin);
  if (at == std::string::npos) return {};
  const auto from = at + begin.size();
  return line.substr(from, line.find(end, from) - from);
}

// FNV-1a, as a number from 0 to 1.
double score_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char one : text) hash = (hash ^ static_cast<unsigned char>(one)) * 0x100000001b3U;
  return static_cast<double>(hash >> 11) * 0x1p-53;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const char* log = std::getenv("HEBB_CROWD_LOG");
  const int file = log ? ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  std::string line;
  if (!std::getline(std::cin, line)) return 0;
  std::cout << "{\"ready\": true}" << std::endl;
  while (std::getline(std::cin, line)) {
    const std::string job = part(line, "\"job\":", ','), values = part(line, "\"values\":{", '}');
    const std::string entry = values + '\n';
    if (file >= 0 && ::write(file, entry.data(), entry.size()) < 0) return 1;
    for (int fold = 0; fold < kCrowdFolds; ++fold) {
      ::usleep(kFoldTime);
      char score[32];
      std::snprintf(score, sizeof score, "%.17g", score_of(values + std::to_string(fold)));
      std::cout << "{\"job\": " << job << ", \"fold\": " << fold << ", \"score\": " << score
                << ", \"train\": 1, \"epochs\": 1, \"seconds\": 0.025}" << std::endl;
    }
    std::cout << "{\"job\": " << job << ", \"end\": \"complete\"}" << std::endl;
  }
}
