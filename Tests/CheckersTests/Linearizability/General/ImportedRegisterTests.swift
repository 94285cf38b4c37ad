import Checkers
import Operations
import Testing

/// Histories that other programs recorded, as operations of the models.
@Suite struct ImportedRegisterTests {
  private func isLinearizable<M: Model>(
    _ model: M, _ operations: [ConcurrentOperation<M.Operation>]
  ) -> Bool {
    let check = LinearizabilityCheck(model, maximumBytes: 1 << 24)
    if case .linearizable = check.verdict(on: operations, isOver: { false }) { return true }
    return false
  }

  @Test func etcdLogsAreRead() throws {
    let text = """
      INFO  jepsen.util - 0\t:invoke\t:read\tnil
      INFO  jepsen.util - 1\t:invoke\t:write\t3
      INFO  jepsen.util - 0\t:ok\t:read\tnil
      INFO  jepsen.util - 1\t:info\t:write\t:timed-out
      INFO  jepsen.util - 2 :invoke :cas    [3 4]
      INFO  jepsen.core - Everything is fine
      INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]
      INFO  jepsen.util - 2 :ok     :cas    [3 4]
      INFO  jepsen.util - 0\t:fail\t:cas\t[1 2]
      INFO  jepsen.util - 3\t:invoke\t:read\tnil
      INFO  jepsen.util - 3\t:fail\t:read\t:timed-out
      INFO  jepsen.util - 4\t:invoke\t:cas\t[4 5]
      """
    let operations = try PorcupineLog.register(text)
    #expect(
      operations == [
        ConcurrentOperation(number: 0, .read(nil), from: 0, to: 2),
        ConcurrentOperation(number: 1, .write(3), from: 1, to: nil),
        ConcurrentOperation(
          number: 2, .compareAndSet(from: 3, to: 4, succeeded: true), from: 4, to: 7),
        ConcurrentOperation(
          number: 3, .compareAndSet(from: 1, to: 2, succeeded: false), from: 6, to: 8),
        ConcurrentOperation(
          number: 5, .compareAndSet(from: 4, to: 5, succeeded: nil), from: 11, to: nil),
      ])
    #expect(isLinearizable(CASRegister(), operations))
  }

  @Test(arguments: [
    ("INFO jepsen.util - 0 :ok :read nil", "line 1: process 0 ends what it has not invoked"),
    (
      "INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :invoke :read nil",
      "line 2: process 0 invokes while another call is open"
    ),
    ("INFO jepsen.util - 0 :invoke :write x", "line 1: :write with x is none of a register"),
    ("INFO jepsen.util - 0 :invoke :cas [1]", "line 1: :cas with 1 is none of a register"),
  ]) func brokenEtcdLogsAreRefused(text: String, message: String) {
    #expect {
      try PorcupineLog.register(text)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test func storesAreRead() throws {
    func text(_ found: String) -> String {
      """
      {:process 0, :type :invoke, :f :append, :key "k", :value "x 0, 0 y"}
      {:process 1, :type :invoke, :f :put, :key "", :value "{}"}
      {:process 0, :type :ok, :f :append, :key "k", :value "x 0, 0 y"}
      {:process 0, :type :invoke, :f :get, :key "k", :value nil}
      {:process 0, :type :ok, :f :get, :key "k", :value "\(found)"}
      """
    }
    let operations = try PorcupineLog.store(text("x 0, 0 y"))
    #expect(
      operations == [
        ConcurrentOperation(number: 0, .append(key: "k", "x 0, 0 y"), from: 0, to: 2),
        ConcurrentOperation(number: 1, .put(key: "", "{}"), from: 1, to: nil),
        ConcurrentOperation(number: 2, .get(key: "k", "x 0, 0 y"), from: 3, to: 4),
      ])
    #expect(isLinearizable(KeyValueStore(), operations))
    #expect(!isLinearizable(KeyValueStore(), try PorcupineLog.store(text(""))))
  }

  @Test(arguments: [
    ("{:process 0, :type :invoke, :f}", "line 1: a key has no value"),
    ("{:type :invoke}", "line 1: there is no :process or no :type"),
    ("{:process 0 :type :ok :f :get :key \"a\"}", "line 1: there is no :key or no :value"),
    (
      "{:process 0 :type :ok :f :cut :key \"a\" :value \"\"}",
      "line 1: :f has to be :get, :put or :append"
    ),
  ]) func brokenStoresAreRefused(text: String, message: String) {
    #expect {
      try PorcupineLog.store(text)
    } throws: { error in
      "\(error)" == message
    }
  }

  private func register(_ edn: String) throws -> [ConcurrentOperation<CASRegister.Operation>] {
    try CASRegister.operations(of: JepsenHistory(parsing: Array(edn.utf8)))
  }

  @Test func jepsenRegistersAreRead() throws {
    let operations = try register(
      """
      {:process 0, :type :invoke, :f :write, :value 1, :index 10}
      {:process 0, :type :ok, :f :write, :value 1, :index 11}
      {:process :nemesis, :type :info, :f :start, :value nil, :index 12}
      {:process 1, :type :invoke, :f :cas, :value [1 2], :index 13}
      {:process 2, :type :invoke, :f :read, :value nil, :index 14}
      {:process 3, :type :invoke, :f :write, :value 9, :index 15}
      {:process 3, :type :fail, :f :write, :value 9, :index 16}
      {:process 1, :type :info, :f :cas, :value [1 2], :index 17}
      {:process 2, :type :ok, :f :read, :value 2, :index 18}
      {:process 4, :type :invoke, :f :read, :value nil, :index 19}
      """)
    #expect(
      operations == [
        ConcurrentOperation(number: 10, .write(1), from: 0, to: 1),
        ConcurrentOperation(
          number: 13, .compareAndSet(from: 1, to: 2, succeeded: nil), from: 3, to: nil),
        ConcurrentOperation(number: 14, .read(2), from: 4, to: 8),
      ])
    #expect(isLinearizable(CASRegister(), operations))
  }

  @Test func otherHistoriesAreNotOfARegister() {
    #expect {
      try register("{:process 0, :type :invoke, :f :enqueue, :value 1}")
    } throws: { error in
      (error as? NotOfRegister)?.function == "enqueue"
    }
  }
}
