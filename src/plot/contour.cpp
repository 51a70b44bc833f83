// Every cell of the grid contributes the line segments that cross it, each between two of its
// edges. Segments that share an edge belong to one line.
#include "plot/contour.h"

#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "plot/box.h"

namespace hebb::plot {
namespace {

// An edge of the grid: from a point to the next one to the right, or to the one above.
using Edge = std::size_t;

class Tracer {
 public:
  Tracer(const Heights& grid, double level) : grid_(grid), level_(level) {
    for (std::size_t r = 0; r + 1 < grid.rows; ++r)
      for (std::size_t c = 0; c + 1 < grid.columns; ++c) add_cell(r, c);
  }

  Series lines() {
    Series out;
    // Open lines first, from their ends; the remaining lines are closed.
    for (const bool closed : {false, true})
      for (auto& [edge, next] : pieces_)
        if (!used_[edge] && (closed || next.size() == 1)) follow(edge, out);
    return out;
  }

 private:
  double value(std::size_t r, std::size_t c) const {
    return grid_.values[r * grid_.columns + c] - level_;
  }
  Edge edge(std::size_t r, std::size_t c, bool up) const {
    return 2 * (r * grid_.columns + c) + (up ? 1 : 0);
  }

  void join(Edge a, Edge b) {
    pieces_[a].push_back(b);
    pieces_[b].push_back(a);
  }

  void add_cell(std::size_t r, std::size_t c) {
    const std::array<double, 4> v = {value(r, c), value(r, c + 1), value(r + 1, c + 1),
                                     value(r + 1, c)};
    const std::array<Edge, 4> edges = {edge(r, c, false), edge(r, c + 1, true),
                                       edge(r + 1, c, false), edge(r, c, true)};
    std::vector<Edge> crossed;
    for (std::size_t i = 0; i < 4; ++i)
      if ((v[i] > 0) != (v[(i + 1) % 4] > 0)) crossed.push_back(edges[i]);
    if (crossed.size() == 2) join(crossed[0], crossed[1]);
    if (crossed.size() < 4) return;
    // A saddle: the corners whose sign is that of the centre are joined.
    const bool middle = v[0] + v[1] + v[2] + v[3] > 0;
    const bool first = (v[0] > 0) == middle;
    join(edges[0], edges[first ? 1 : 3]);
    join(edges[2], edges[first ? 3 : 1]);
  }

  Point place(Edge at) const {
    const std::size_t point = at / 2;
    const std::size_t r = point / grid_.columns, c = point % grid_.columns;
    const bool up = at % 2 == 1;
    const double from = value(r, c), to = up ? value(r + 1, c) : value(r, c + 1);
    const double share = from / (from - to);
    const auto row = static_cast<double>(r), column = static_cast<double>(c);
    return {grid_.x_at(column + (up ? 0 : share)), grid_.y_at(row + (up ? share : 0))};
  }

  void follow(Edge start, Series& out) {
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    Edge now = start;
    while (true) {
      used_[now] = true;
      put(now, out);
      const auto& next = pieces_.at(now);
      Edge to = now;
      for (const Edge candidate : next)
        if (!used_[candidate]) to = candidate;
      if (to == now) {
        // A closed line ends where it began.
        if (now != start && next.size() == 2 && (next[0] == start || next[1] == start))
          put(start, out);
        break;
      }
      now = to;
    }
    out.x.push_back(kGap);
    out.y.push_back(kGap);
  }

  void put(Edge at, Series& out) const {
    const Point point = place(at);
    out.x.push_back(point.x);
    out.y.push_back(point.y);
  }

  const Heights& grid_;
  double level_;
  std::map<Edge, std::vector<Edge>> pieces_;
  std::map<Edge, bool> used_;
};

}  // namespace

Series contour(const Heights& grid, double level) { return Tracer(grid, level).lines(); }

}  // namespace hebb::plot
