import Hosts
import Testing
import TestSupport

/// `stoat check --explain` of histories of queues.
@Suite struct ExplainTests {
  private static let lost = """
    {:process 0, :type :invoke, :f :enqueue, :value 7}
    {:process 0, :type :ok, :f :enqueue, :value 7}
    {:process 0, :type :invoke, :f :enqueue, :value 8}
    {:process 0, :type :ok, :f :enqueue, :value 8}
    {:process 1, :type :invoke, :f :drain, :value nil}
    {:process 1, :type :ok, :f :drain, :value [7]}
    """

  @Test func theLeastOfTheHistoryIsShownAndCanBeCheckedAlone() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("lost.edn", Self.lost)
    let result = try await StoatProgram.run(["check", "--explain", path])
    #expect(result.ending == .exited(1), "\(result.errors)")
    #expect(result.output.contains("1 message, of"), "\(result.output)")
    #expect(result.output.contains("Verified: judged on its own"), "\(result.output)")
    let stem = "\(path).explained/at-least-once-0-lost_edn"
    #expect(result.output.contains("drawing: \(stem).svg"), "\(result.output)")
    let alone = try await StoatProgram.run(
      ["check", "--checker", "at-least-once", "--json", "\(stem).jsonl"])
    #expect(alone.ending == .exited(1), "\(alone.output)\(alone.errors)")
    #expect(alone.output.contains("\"lost\":1,\"undrained\":0"), "\(alone.output)")
  }

  /// Names of the file, and nothing that it does not say.
  @Test func importedHistoriesKeepTheirNames() async throws {
    let scratch = try ScratchDirectory()
    let text = Self.lost.replacing("[7]", with: "[7 99]")
    let path = try scratch.write("fresh.edn", text)
    let result = try await StoatProgram.run(
      ["check", "--explain", "--checker", "linearizable-bag", path])
    #expect(result.ending == .exited(1), "\(result.errors)")
    #expect(result.output.contains("returned value 99 at"), "\(result.output)")
    #expect(result.output.contains("Verified: judged on its own"), "\(result.output)")
    #expect(result.output.contains("process 1\n"), "\(result.output)")
    for word in ["client", "flagged", "tag ", "operation 2", "on n0", "2.0"] {
      #expect(!result.output.contains(word), "\(word): \(result.output)")
    }
    let twice = try scratch.write("twice.edn", Self.lost.replacing("[7]", with: "[7 7 99]"))
    let report = try await StoatProgram.run(["check", "--explain", twice])
    #expect(report.output.contains("First: value 8, published by process 0"), "\(report.output)")
    for word in ["client", "flagged as", "marked", "tag ", "on n0", "2.0", "after ack  "] {
      #expect(!report.output.contains(word), "\(word): \(report.output)")
    }
  }

  /// The verdict is one thing, and whether its explanation could be written another.
  @Test func whatCannotBeWrittenIsSaid() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("lost.edn", Self.lost)
    _ = try scratch.write("lost.edn.explained", "a file where the directory would be")
    let result = try await StoatProgram.run(["check", "--explain", path])
    #expect(result.ending == .exited(70), "\(result.errors)")
    #expect(result.output.contains("Verified: judged on its own"), "\(result.output)")
    #expect(result.errors.contains("cannot create \(path).explained"), "\(result.errors)")
  }

  /// Also of the same path twice, with a name longer than the name of a file can be.
  @Test func namesOfAnyLengthAndRepeatsAreWritten() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(String(repeating: "\u{65E5}", count: 70) + ".edn", Self.lost)
    let result = try await StoatProgram.run(["check", "--explain", path, path, path])
    #expect(result.ending == .exited(1), "\(result.errors)")
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test func whatIsNoLongerViolatedIsNoLongerExplained() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("a.edn", Self.lost)
    _ = try await StoatProgram.run(["check", "--explain", path])
    let drawing = "\(path).explained/at-least-once-0-a_edn.svg"
    let own = try scratch.write("a.edn.explained/at-least-once-0-before.svg", "mine")
    #expect(LocalHost().resolvedPath(drawing) != nil)
    _ = try scratch.write("a.edn", Self.lost.replacing("[7]", with: "[8 7]"))
    let other = try await StoatProgram.run(
      ["check", "--explain", "--checker", "linearizable-fifo", path])
    #expect(other.ending == .exited(1), "\(other.errors)")
    #expect(LocalHost().resolvedPath(drawing) != nil, "nobody asked for it")
    let result = try await StoatProgram.run(["check", "--explain", "--checker", "ledger", path])
    #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
    #expect(LocalHost().resolvedPath(drawing) == nil)
    #expect(LocalHost().resolvedPath(own) != nil)
  }

  @Test func nothingViolatedIsNothingToExplain() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("kept.edn", Self.lost.replacing("[7]", with: "[7 8]"))
    let result = try await StoatProgram.run(["check", "--explain", path])
    #expect(result.ending == .exited(0), "\(result.errors)")
    #expect(result.output.contains("nothing to explain"), "\(result.output)")
    #expect(LocalHost().resolvedPath("\(path).explained") == nil)
  }
}
