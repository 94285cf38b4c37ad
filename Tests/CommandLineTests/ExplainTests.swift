import Control
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
    #expect(result.output.contains("1 message are left of"), "\(result.output)")
    #expect(result.output.contains("Verified: judged on its own"), "\(result.output)")
    let stem = "\(path).explained/at-least-once-0-lost_edn"
    #expect(result.output.contains("drawing: \(stem).svg"), "\(result.output)")
    let alone = try await StoatProgram.run(
      ["check", "--checker", "at-least-once", "--json", "\(stem).jsonl"])
    #expect(alone.ending == .exited(1), "\(alone.output)\(alone.errors)")
    #expect(alone.output.contains("\"lost\":1,\"undrained\":0"), "\(alone.output)")
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
