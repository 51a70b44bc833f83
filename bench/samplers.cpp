// Runs a sampler of `hebb tune` on a complete table of scores, many times with seeds of their own, for samplers.py.
//
//     hebb_samplers TABLE SAMPLER LAG TRIALS REPEATS
//
// TABLE is a text: the space, one option a line as Space::parse() reads it, of the options of an mlp; an empty line;
// and the score of each point of the grid, in the grid's order. Greater ones are better. Prints a line for each seed:
// the numbers of the grid's points in the order in which the planner chose them.
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/estimators/catalogue.h"
#include "select/planner.h"

namespace {

struct ScoreTable {
  hebb::Space space;
  std::vector<double> scores;             // in the grid's order
  std::map<hebb::Point, std::size_t> at;  // the place of a point in it
};

ScoreTable read_scores(const std::string& path) {
  std::ifstream in(path);
  hebb::check(in.good(), "samplers", path, " cannot be read");
  std::vector<std::string> texts;
  for (std::string line; std::getline(in, line) && !line.empty();) texts.push_back(line);
  ScoreTable table{
      .space = hebb::Space::parse(texts, hebb::estimator_catalogue().find("mlp")->options),
      .scores = {},
      .at = {}};
  for (double score = 0; in >> score;) table.scores.push_back(score);
  const std::size_t size = table.space.grid_size();
  hebb::check(table.scores.size() == size, "samplers", path, " has ", table.scores.size(),
              " scores, and its space ", size, " points");
  for (std::size_t i = 0; i < size; ++i) table.at.emplace(table.space.grid_point(i), i);
  return table;
}

// A study that is answered from the table. The planner looks at no result that is less than `lag` steps old.
void print_study(const ScoreTable& table, const hebb::StudyOptions& options) {
  const hebb::Planner planner(table.space, options, 1);
  std::vector<hebb::StudyStep> steps;
  while (auto step = planner.next(steps)) {
    const std::size_t place = table.at.at(step->point);
    step->ended = true;
    step->folds = {{.score = table.scores[place]}};
    std::cout << (steps.empty() ? "" : " ") << place;
    steps.push_back(std::move(*step));
  }
  std::cout << '\n';
}

}  // namespace

int main(int count, char** words) {
  try {
    hebb::check(count == 6, "samplers", "usage: hebb_samplers TABLE SAMPLER LAG TRIALS REPEATS");
    const ScoreTable table = read_scores(words[1]);
    hebb::StudyOptions options{
        .sampler = words[2], .trials = std::stoul(words[4]), .lag = std::stoul(words[3])};
    for (std::uint64_t seed = 0; seed < std::stoul(words[5]); ++seed) {
      options.random_state = seed;
      print_study(table, options);
    }
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
