import CanonicalJSON
import Hosts
import Testing
import TestSupport

/// Jepsen histories and the machine-readable answer, as programs meet them.
@Suite struct ImportedHistoryTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private static let confirmed = """
    {:process 0, :type :invoke, :f :enqueue, :value 7}
    {:process 0, :type :ok, :f :enqueue, :value 7}

    """

  private func write(_ name: String, drained: String) throws -> String {
    try scratch.write(
      name,
      Self.confirmed + """
        {:process 1, :type :invoke, :f :drain, :value nil}
        {:process 1, :type :ok, :f :drain, :value \(drained)}
        """)
  }

  @Test func oneLineAFileAndTheWorstExitCode() async throws {
    let good = try write("good.edn", drained: "[7]")
    let bad = try write("bad.edn", drained: "[]")
    let open = try scratch.write("open.edn", Self.confirmed)
    let result = try await StoatProgram.run(
      ["check", "--checker", "ledger", "--json", good, open, bad])
    #expect(result.ending == .exited(1), "\(result.errors)")
    let lines = try result.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    #expect(lines.map { $0["file"] } == [good, open, bad].map { .string($0) })
    #expect(lines.map { $0["checker"] } == ["ledger", "ledger", "ledger"])
    #expect(lines.map { $0["verdict"] } == ["valid", "unknown", "invalid"])
    #expect(lines.map { $0["counts"]?["lost"] } == [0, 0, 1])
    #expect(lines.map { $0["counts"]?["confirmed"] } == [1, 1, 1])
    #expect(lines.map { $0["witness"]?["message"] } == [nil, nil, "7"])
    #expect(result.errors.contains("open.edn: ledger: "), "\(result.errors)")
    let unknown = try await StoatProgram.run(["check", "--checker", "ledger", "--json", good, open])
    #expect(unknown.ending == .exited(2), "\(unknown.errors)")
  }

  @Test func aFileThatCannotBeReadDoesNotHideTheOthers() async throws {
    let good = try write("good.edn", drained: "[7]")
    let wrong = try scratch.write("wrong.edn", Self.confirmed + "{:process 1 :type :ok :f :read}")
    let result = try await StoatProgram.run(["check", "--json", wrong, good])
    #expect(result.ending == .exited(65), "\(result.errors)")
    #expect(result.errors.contains("wrong.edn: line 3: process 1 ends :read"), "\(result.errors)")
    #expect(result.output.contains("\"verdict\":\"valid\""))
  }

  /// What the file does not say no copy of it says either, and programs get the same verdict as
  /// people.
  @Test func copiesKnowNoMoreThanTheFile() async throws {
    let twice = try scratch.write(
      "twice.edn",
      Self.confirmed + """
        {:process 1, :type :invoke, :f :dequeue, :value nil}
        {:process 1, :type :ok, :f :dequeue, :value 7}
        {:process 2, :type :invoke, :f :dequeue, :value nil}
        {:process 2, :type :ok, :f :dequeue, :value 7}

        """)
    let (lines, edn) = (scratch.file("copy.jsonl"), scratch.file("copy.edn"))
    for arguments in [[lines], [edn, "--format", "edn"]] {
      let exported = try await StoatProgram.run(["export", twice] + arguments)
      #expect(exported.ending == .exited(0), "\(exported.errors)")
    }
    for file in [twice, lines, edn] {
      for guarantee in ["flagged-redelivery", "no-resurrection", "bounded-unavailability"] {
        let judged = try await StoatProgram.run(["check", "--checker", guarantee, file])
        #expect(judged.ending == .exited(2), "\(file) \(judged.output)")
      }
      let fifo = try await StoatProgram.run(["check", "--checker", "linearizable-fifo", file])
      #expect(fifo.ending == .exited(1), "\(file) \(fifo.output)")
      for arguments in [[], ["--json"]] {
        let all = try await StoatProgram.run(["check", file] + arguments)
        #expect(all.ending == .exited(0), "\(file) \(all.output)")
      }
    }
    let both = try await StoatProgram.run(["check", twice, lines])
    #expect(both.output.contains("== \(twice)\n") && both.output.contains("== \(lines)\n"))
    let folder = try await StoatProgram.run(["check", scratch.path])
    #expect(folder.ending == .exited(64), "\(folder.errors)")
    #expect(folder.errors.contains("not the directory of a run"), "\(folder.errors)")
  }

  @Test func reportsForPeople() async throws {
    let good = try await StoatProgram.run(["check", write("good.edn", drained: "[7]")])
    #expect(good.ending == .exited(0), "\(good.output)\(good.errors)")
    #expect(good.output.contains("Verdict: valid"))
    let bad = try await StoatProgram.run(["check", write("bad.edn", drained: "[]")])
    #expect(bad.ending == .exited(1), "\(bad.output)\(bad.errors)")
    #expect(bad.output.contains("value 7, published by process 0"), "\(bad.output)")
    let checker = try await StoatProgram.run(
      ["check", "--checker", "ledger", write("bad.edn", drained: "[]")])
    #expect(checker.output.contains("bad.edn: ledger: invalid"), "\(checker.output)")
  }

  /// Every value is an operation of its own, and all of them are open at the same time.
  @Test func aDrainMayTakeVeryMuch() async throws {
    let numbers = 0..<200_000
    let enqueues = numbers.flatMap { number in
      ["invoke", "ok"].map { "{:process 0 :type :\($0) :f :enqueue :value \(number)}\n" }
    }
    let values = numbers.map(String.init).joined(separator: " ")
    let path = try scratch.write(
      "long.edn",
      enqueues.joined() + "{:process 1 :type :invoke :f :drain}\n"
        + "{:process 1 :type :ok :f :drain :value [\(values)]}\n")
    let result = try await StoatProgram.run(["check", path])
    #expect(result.ending == .exited(0), "\(result.errors)")
    #expect(result.output.contains("lost none of 200,000 confirmed"), "\(result.output)")
  }

  @Test func unknownCheckersAreNamed() async throws {
    let result = try await StoatProgram.run(
      ["check", "--checker", "legder", write("good.edn", drained: "[7]")])
    #expect(result.ending == .exited(64), "\(result.errors)")
    #expect(result.errors.contains("did you mean \"ledger\"?"), "\(result.errors)")
  }

  @Test func exportsAreReadAgain() async throws {
    let bad = try write("bad.edn", drained: "[]")
    let out = scratch.file("again.edn")
    let exported = try await StoatProgram.run(["export", "--format", "edn", bad, out])
    #expect(exported.ending == .exited(0) && exported.output.contains(out), "\(exported.errors)")
    let again = try await StoatProgram.run(["check", out])
    #expect(again.ending == .exited(1), "\(again.output)\(again.errors)")
    let lines = scratch.file("again.jsonl")
    #expect(try await StoatProgram.run(["export", bad, lines]).succeeded)
    let checked = try await StoatProgram.run(["check", "--checker", "ledger", "--json", lines])
    #expect(checked.ending == .exited(1), "\(checked.output)\(checked.errors)")
    let queue = try await StoatProgram.run(
      ["export", "--format", "edn", "--queue", "bad.end", bad, scratch.file("x")])
    #expect(queue.ending == .exited(64), "\(queue.errors)")
    #expect(queue.errors.contains("did you mean \"bad.edn\"?"), "\(queue.errors)")
  }
}
