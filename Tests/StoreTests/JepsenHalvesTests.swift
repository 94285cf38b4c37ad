import Operations
import Testing

@testable import Store

/// A file that is read in two halves must give what it gives when it is read in one go.
@Suite struct JepsenHalvesTests {
  private static let lines = [
    "{:process 0 :type :invoke :f :enqueue :value \"a\n{:process 9}\n\" :time 1}",
    "{:process 0 :type :ok :f :enqueue :value \"a\n{:process 9}\n\" :time 2}", "; nothing\n",
    "#jepsen.history.Op\n{:process 1, :type :invoke, :f :dequeue, :time 3}",
    "{:process 1,\n :type :ok,\n :f :dequeue, :value 77, :time 4}", "#_ {:process 3}\n", ",,\n",
    "{:process :nemesis :type :info :f :kill :value nil :time 5}",
    "{:process 2 :type :invoke :f :drain :time 6} {:process 2 :type :ok :f :drain :time 7}",
  ]

  /// Whole files, and files that are wrong in the first half, in the second, and in both.
  private static let texts: [String] = {
    let good = lines.joined(separator: "\n")
    let again = good.replacing(":process ", with: ":process 1").replacing("a\n", with: "b")
    let damaged = lines.indices.flatMap { place -> [String] in
      [":type :invok", "[", "]", "{", "\"", "#", "{:process 5 :type :ok :f :dequeue}", "{:f"].map {
        var lines = lines
        lines.insert($0, at: place)
        return lines.joined(separator: "\n")
      }
    }
    let others = ["", "\n\n\n", "; only\n; comments\n", good + "\n" + again]
    return [good, "[\(good)\n]", "(\(good)"] + others + damaged
  }()

  private func outcome(_ path: String, halvedFrom: Int) throws -> Result<History, HistoryError> {
    let file = try OpenFile.reading(path)
    do throws(HistoryError) {
      return .success(try JepsenFile.read(file, halvedFrom: halvedFrom).history)
    } catch {
      return .failure(error)
    }
  }

  @Test func halvesAreAsGoodAsTheWhole() throws {
    let scratch = try Scratch()
    let path = scratch.file("halves.edn")
    var histories = 0
    for text in Self.texts {
      // Moves the middle through the text.
      for padding in stride(from: 0, to: text.utf8.count + 40, by: 17) {
        let padded = text + "\n;" + String(repeating: "x", count: padding) + "\n"
        for text in [padded, ";" + String(repeating: "x", count: padding) + "\n" + text] {
          try SmallFile.replace(path, with: Array(text.utf8))
          let whole = try outcome(path, halvedFrom: .max)
          let halved = try outcome(path, halvedFrom: 0)
          #expect(halved == whole, "\(text)")
          if case .success = whole { histories += 1 }
        }
      }
    }
    #expect(histories > 100)
  }
}
