#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/core/record.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct Model;

/// Takes what a body writes into a model file.
/// Errors, when it is saved: std::invalid_argument for an entry "kind" or "children" in the record,
/// a name of a model within that is empty, has a dot or is taken, and a tensor's name that is taken.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;

  /// What describes the body in words and numbers.
  virtual Record& record() = 0;
  /// A tensor of the file. Names are unique within a body. The values are not copied: they must stay
  /// where they are until the file is written, as members of the body do.
  virtual void tensor(std::string name, const Shape& shape, std::span<const float> values) = 0;
  virtual void tensor(std::string name, const Shape& shape, std::span<const double> values) = 0;
  virtual void tensor(std::string name, const Shape& shape,
                      std::span<const std::int64_t> values) = 0;
  /// A whole model that the body holds; its tensors are named "name.tensor".
  virtual void child(const std::string& name, const Model& model) = 0;
};

/// Gives a body what it has written. A file may hold anything: what is read is checked, and sizes
/// are known before memory is taken for them.
/// Errors, of all functions: ModelError naming file, place and rule.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  virtual const Record& record() const = 0;
  /// The head of the model, which has been read: kind, task, classes, targets, preprocessing.
  virtual const Model& head() const = 0;

  /// Entries of the record that must be there: a text, a whole number >= 0, a list of these.
  std::string text(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::vector<std::size_t> counts(std::string_view name) const;

  /// Refuses a body that takes other inputs than preprocessing gives, or has other outputs than the
  /// task has classes or targets. It is done for every body once it is read; bodies that take memory
  /// by what the record says do it before. `what` names the body: "network".
  virtual void check_sizes(std::size_t inputs, std::size_t outputs,
                           const std::string& what) const = 0;

  /// Bytes of all tensors that belong to this body.
  virtual std::uint64_t tensor_bytes() const = 0;
  /// Of one tensor, as the file has it.
  virtual std::vector<std::uint64_t> tensor_shape(const std::string& name) const = 0;
  /// Copies a tensor, which must have this shape, to `to`; every number must be finite. Each is
  /// read once.
  virtual void read(const std::string& name, const Shape& shape, std::span<float> to) = 0;
  virtual void read(const std::string& name, const Shape& shape, std::span<double> to) = 0;
  virtual void read(const std::string& name, const Shape& shape, std::span<std::int64_t> to) = 0;
  virtual Model child(const std::string& name) = 0;

  /// Throws ModelError with the file's path in front unless `holds`.
  template <class... Parts>
  void require(bool holds, const Parts&... parts) const {
    check_model(holds, place(), parts...);
  }

 protected:
  /// "m.hebb: ", to begin a message with.
  virtual std::string place() const = 0;
};

/// What a model has learnt, apart from the head that all models have. A body does not change once
/// it is part of a model, so copies of a model share it.
class ModelBody {
 public:
  virtual ~ModelBody() = default;

  /// Its name in the catalogue of bodies: "network", "units", ...
  virtual std::string kind() const = 0;
  virtual std::size_t parameter_count() const = 0;
  /// Numbers of a sample that it takes behind the model's preprocessing; 0: it takes the data set as
  /// it is and prepares it by itself, as a body does that holds other models.
  virtual std::size_t inputs() const = 0;
  /// Numbers of a sample that it gives.
  virtual std::size_t outputs() const = 0;
  virtual void write(BodyWriter& out) const = 0;
};

/// How a kind of body is read.
struct BodyRow {
  std::string name;
  std::function<std::shared_ptr<const ModelBody>(BodyReader& in)> read;
};
const Catalogue<BodyRow>& body_catalogue();

/// Makes a kind of body known, so that models with such a body can be loaded.
/// Threads: any number may register and load at once.
/// Errors:  std::invalid_argument for a name that is taken, or is no word.
void register_body(BodyRow row);

}  // namespace hebb
