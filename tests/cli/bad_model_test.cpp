// Damaged and forged model files and checkpoints through the program: exit code 4, and a message
// that names file, place and rule. Forged ones have checksums that hold.
#include <cmath>
#include <cstring>
#include <limits>

#include "cli/bad_input.h"
#include "fuzz/checksums.h"

namespace hebb::test {
namespace {

using Header = nlohmann::json;

// A container taken apart; whole() puts it together with whatever the header has become.
struct Container {
  Header header;
  std::string data;

  explicit Container(const std::string& file) {
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    header = Header::parse(file.substr(sizeof length, length));
    data = file.substr(sizeof length + length);
  }

  static std::string whole(const std::string& header, const std::string& data) {
    const std::uint64_t length = header.size();
    std::string file(sizeof length, '\0');
    std::memcpy(file.data(), &length, sizeof length);
    return file + header + data;
  }
  std::string whole() const { return whole(header.dump(), data); }

  // Its tensors lie in the order of their bytes.
  std::string last() const {
    std::string name;
    std::uint64_t most = 0;
    for (const auto& [key, entry] : header.items())
      if (key != "__metadata__" && entry["data_offsets"][1] > most) {
        most = entry["data_offsets"][1];
        name = key;
      }
    return name;
  }
  // Moves where a tensor is said to lie.
  void move(const std::string& name, std::int64_t bytes) {
    for (auto& at : header[name]["data_offsets"])
      at = static_cast<std::uint64_t>(at.get<std::int64_t>() + bytes);
  }
};

// What is kept of a small run: a model, or a checkpoint.
struct Kind {
  const char* name;
  const char* file;
  std::vector<std::string> command;
  const char* record;   // the metadata that holds it
  const char* weights;  // the first tensor of weights
};

const Kind kModel{"Model", "m.hebb", {"predict", "m.hebb", "iris"}, "hebb.model", "0.weight"};
const Kind kCheckpoint{"Checkpoint",
                       "state/checkpoint.hebb",
                       {"fit", "--resume", "state"},
                       "hebb.checkpoint",
                       "parameters"};

void make_files(const Folder& folder) {
  const Result fit = run(folder, {"fit", "iris", "--hidden", "3", "--epochs", "1", "-o", "m.hebb",
                                  "--checkpoint", "state", "--quiet"});
  if (fit.code != 0) throw std::runtime_error(fit.err);
}

using Change = std::function<std::string(const std::string&)>;

BadInput damaged(const Kind& kind, const std::string& name, std::vector<std::string> says,
                 const Change& change) {
  says.emplace_back(kind.file);
  return {kind.name + name, kind.command, 4, std::move(says), [=](const Folder& folder) {
            make_files(folder);
            folder.write(kind.file, change(folder.read(kind.file)));
          }};
}

BadInput forged(const Kind& kind, const std::string& name, std::vector<std::string> says,
                const std::function<void(Container&)>& change) {
  return damaged(kind, name, std::move(says), [=](const std::string& file) {
    Container container(file);
    change(container);
    return fuzz::with_checksums(container.whole());
  });
}

std::vector<BadInput> files() {
  std::vector<BadInput> all;
  for (const Kind& kind : {kModel, kCheckpoint}) {
    const std::string weights = kind.weights, record = kind.record;
    all.push_back({std::string(kind.name) + "IsRead", kind.command, 0, {}, make_files});
    all.push_back(damaged(kind, "HeaderLengthBeyondTheFile", {"header: byte 0: claims"},
                          [](std::string file) {
                            const std::uint64_t length = file.size();
                            std::memcpy(file.data(), &length, sizeof length);
                            return file;
                          }));
    all.push_back(damaged(
        kind, "DuplicateKey", {"header: duplicate key \"" + weights + "\""},
        [=](const std::string& file) {
          const Container c(file);
          const std::string text = c.header.dump();
          return Container::whole(
              "{\"" + weights + "\":" + c.header[weights].dump() + "," + text.substr(1), c.data);
        }));
    all.push_back(forged(kind, "Overlap", {"overlap: begins at"},
                         [](Container& c) { c.move(c.last(), -8); }));
    all.push_back(forged(kind, "Hole", {"hole: begins at"}, [](Container& c) {
      c.move(c.last(), 8);
      c.data += "12345678";
    }));
    all.push_back(forged(kind, "ShapeAgainstSpan",
                         {"tensor \"" + weights + "\": shape [7] of F32 needs 28"},
                         [=](Container& c) { c.header[weights]["shape"] = {7}; }));
    all.push_back(
        forged(kind, "Overflow", {"tensor \"" + weights + "\": overflow"}, [=](Container& c) {
          c.header[weights]["shape"] = {std::uint64_t{1} << 62, std::uint64_t{1} << 62};
        }));
    all.push_back(forged(kind, "NewerVersion", {"written in format 2"}, [=](Container& c) {
      Header inner = Header::parse(c.header["__metadata__"][record].get<std::string>());
      inner["format"] = 2;
      c.header["__metadata__"][record] = inner.dump();
    }));
    all.push_back(forged(kind, "UnknownType", {"tensor \"" + weights + "\": unknown type \"BF16\""},
                         [=](Container& c) { c.header[weights]["dtype"] = "BF16"; }));
    all.push_back(
        forged(kind, "WeightsThatAreNotNumbers", {weights, "not finite"}, [=](Container& c) {
          const float nan = std::numeric_limits<float>::quiet_NaN();
          const std::size_t at = c.header[weights]["data_offsets"][0];
          std::memcpy(c.data.data() + at, &nan, sizeof nan);
        }));
    all.push_back(damaged(kind, "FlippedBit",
                          {"tensor \"" + weights + "\": checksum does not hold"},
                          [=](std::string file) {
                            const Container c(file);
                            const std::size_t at = c.header[weights]["data_offsets"][0];
                            file[file.size() - c.data.size() + at] ^= 1;
                            return file;
                          }));
    all.push_back(damaged(kind, "FlippedBitInTheHeader", {"header: checksum does not hold"},
                          [](std::string file) {
                            file[file.find("linear(3)") + 7] ^= 1;
                            return file;
                          }));
    all.push_back(damaged(kind, "CutShort", {"cut short"},
                          [](const std::string& file) { return file.substr(0, file.size() - 1); }));
    all.push_back(damaged(kind, "Empty", {"cut short: 0 bytes"},
                          [](const std::string&) { return std::string(); }));
    all.push_back(damaged(kind, "OfAnotherKind", {"is this a model file?"},
                          [](const std::string&) { return std::string("a,y\n1,2\n3,4\n"); }));
  }
  // A record nested so deep that its reader's stack would end, in a file of 200 kB.
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const Kind& kind : {kModel, kCheckpoint}) {
    const std::string record = kind.record;
    all.push_back(forged(kind, "NestedTooDeep", {"nested deeper than 64 levels"},
                         [=](Container& c) { c.header["__metadata__"][record] = deep; }));
    all.push_back(
        forged(kind, "NestedTooDeepWithin", {"nested deeper than 64 levels"}, [=](Container& c) {
          auto& text = c.header["__metadata__"][record].get_ref<std::string&>();
          text = text.substr(0, text.size() - 1) + ",\"more\":" + deep + '}';
        }));
  }
  const auto with_record = [&](const Kind& kind, const std::string& name,
                               std::vector<std::string> says,
                               const std::function<void(Header&)>& change) {
    const std::string key = kind.record;
    all.push_back(forged(kind, name, std::move(says), [=](Container& c) {
      auto& record = c.header["__metadata__"][key];
      Header inner = Header::parse(record.get<std::string>());
      change(inner);
      record = inner.dump();
    }));
  };
  with_record(kModel, "EntryOfAnotherType", {"its record: 'classes' must be a list of texts"},
              [](Header& r) { r["classes"] = 3; });
  with_record(kCheckpoint, "EntryOfAnotherType", {"its record: 'run' must be an object"},
              [](Header& r) { r["run"] = 3; });
  with_record(kCheckpoint, "CommandOfAnotherType", {"its record: 'command' must be a text"},
              [](Header& r) { r["command"] = Header::array(); });
  with_record(kCheckpoint, "CommandThatIsNone", {"the command in the checkpoint is damaged"},
              [](Header& r) { r["command"] = "[1]"; });
  with_record(kModel, "NetworkOfMoreWeightsThanTheFile", {"parameters, the file holds"},
              [](Header& r) { r["network"]["text"] = "linear(3) relu linear(1000000)"; });
  with_record(kModel, "NetworkThatTakesTooLongToPlan", {"too long to plan"}, [](Header& r) {
    r["network"]["text"] = "conv(1,5000) flatten linear(3)";
    r["network"]["input"] = {1, 2, 2};
  });
  all.push_back(
      forged(kModel, "WeightsWhoseSumsAreNotFinite",
             {"m.hebb: iris: row ", "column 'species': the model gives", "no finite number"},
             [](Container& c) {
               const float large = 3e38F;
               for (std::size_t at = 0; at + sizeof large <= c.data.size(); at += sizeof large)
                 std::memcpy(c.data.data() + at, &large, sizeof large);
             }));
  all.push_back({"ModelIsACheckpoint",
                 {"predict", "state/checkpoint.hebb", "iris"},
                 4,
                 {"state/checkpoint.hebb: the checkpoint of a run", "hebb fit --resume state"},
                 make_files});
  all.push_back(damaged(kModel, "IsAPicture", {"looks like a PNG image", "is this a model file?"},
                        [](const std::string&) { return std::string("\x89PNG\r\n\x1A\n1234"); }));
  all.push_back(
      damaged(kModel, "IsOfAnotherProgram", {"holds no model"}, [](const std::string& file) {
        std::string text = file;
        const std::string key = "hebb.model";
        text.replace(text.find(key), key.size(), "hebb.other");
        return fuzz::with_checksums(text);
      }));
  all.push_back(
      forged(kModel, "OptionsThatDoNotHold", {"options do not hold", "momentum"}, [](Container& c) {
        auto& record = c.header["__metadata__"]["hebb.model"];
        Header inner = Header::parse(record.get<std::string>());
        inner["options"]["momentum"] = 7;
        record = inner.dump();
      }));
  // The weights of units under the name of a kind that trains networks.
  const auto make_without_network = [](const Folder& folder) {
    const Result fit =
        run(folder, {"fit", "iris", "--model", "logistic", "--epochs", "1", "-o", "a", "--quiet"});
    if (fit.code != 0) throw std::runtime_error(fit.err);
    Container container(folder.read("a"));
    auto& record = container.header["__metadata__"]["hebb.model"];
    Header inner = Header::parse(record.get<std::string>());
    inner["kind"] = "mlp";
    record = inner.dump();
    folder.write("a", fuzz::with_checksums(container.whole()));
  };
  all.push_back({"ModelWithoutItsNetworkIsNotGoneOnFrom",
                 {"fit", "iris", "--from", "a"},
                 2,
                 {"--from: is a model of kind mlp without a network"},
                 make_without_network});
  // The file's name begins the message also where it is that of a word.
  all.push_back({"ModelWithoutItsNetworkDoesNotPredict",
                 {"predict", "a", "iris"},
                 4,
                 {"a: a model of kind 'mlp' needs a network"},
                 make_without_network});
  return all;
}

class BadFile : public testing::TestWithParam<BadInput> {};
TEST_P(BadFile, EndsAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Files, BadFile, testing::ValuesIn(files()), name_of);

}  // namespace
}  // namespace hebb::test
