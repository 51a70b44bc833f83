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

/// The interface through which a body writes itself into a model file.
/// Errors, when it is saved: std::invalid_argument for an entry "kind" or "children" in the record,
/// for a child's name that is empty, contains a dot or is taken, for a tensor's name that is taken,
/// and for models nested more than 8 deep.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;

  /// The description of the body: texts and numbers.
  virtual Record& record() = 0;
  /// A tensor of the file. Names are unique within a body. The values are not copied: they must
  /// remain valid until the file is written, as members of the body do.
  virtual void tensor(std::string name, const Shape& shape, std::span<const float> values) = 0;
  virtual void tensor(std::string name, const Shape& shape, std::span<const double> values) = 0;
  virtual void tensor(std::string name, const Shape& shape,
                      std::span<const std::int64_t> values) = 0;
  /// A complete model contained in the body; its tensors are named "name.tensor".
  virtual void child(const std::string& name, const Model& model) = 0;
};

/// The interface through which a body reads itself from a model file. A file may contain anything:
/// all that is read is checked, and sizes are checked before memory is allocated.
/// Errors, of all functions: ModelError naming file, place and rule.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  virtual const Record& record() const = 0;
  /// The head of the model, which has been read: kind, task, classes, targets, preprocessing.
  virtual const Model& head() const = 0;

  /// Required entries of the record: a text, an integer >= 0, a list of these.
  std::string text(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::vector<std::size_t> counts(std::string_view name) const;

  /// Throws unless the body's inputs match the preprocessing and its outputs match the classes or
  /// targets. Called for every body once it is read; a body that allocates memory by sizes in the
  /// record must call it before. `what` names the body: "network".
  virtual void check_sizes(std::size_t inputs, std::size_t outputs,
                           const std::string& what) const = 0;

  /// Bytes of all tensors that belong to this body.
  virtual std::uint64_t tensor_bytes() const = 0;
  /// The shape of one tensor in the file.
  virtual std::vector<std::uint64_t> tensor_shape(const std::string& name) const = 0;
  /// Copies a tensor to `to`. It must have this shape, and every number must be finite. Each tensor
  /// can be read once.
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
  /// The beginning of a message: "m.hebb: ".
  virtual std::string place() const = 0;
};

/// The learnt part of a model, as opposed to the head, which all models have. A body is immutable
/// once it is part of a model, so copies of a model share it.
class ModelBody {
 public:
  virtual ~ModelBody() = default;

  /// Its name in the catalogue of bodies: "network", "units", ...
  virtual std::string kind() const = 0;
  virtual std::size_t parameter_count() const = 0;
  /// The number of inputs a sample, after the model's preprocessing. 0: it takes the raw data set
  /// and preprocesses it itself, as a body that contains other models does.
  virtual std::size_t inputs() const = 0;
  /// The number of outputs a sample.
  virtual std::size_t outputs() const = 0;
  /// What it consists of, for people: names and counts, such as support_vectors. Empty for networks
  /// and units, whose structure is shown in full.
  virtual Record facts() const { return {}; }
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
/// Errors:  std::invalid_argument for a name that is taken or is not a single word, or without `read`.
void register_body(BodyRow row);

}  // namespace hebb
