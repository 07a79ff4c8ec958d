using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>What the tests start does not outlive them.</summary>
public sealed class TestProcessTests
{
    private const string Variable = "TEST_PROCESS_FILE";

    [Fact]
    public async Task A_program_that_tests_have_started_ends_when_they_are_killed()
    {
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    typeof(TestProcessTests).Assembly.Location, "--explicit", "only",
                    "--filter-method", $"*.{nameof(Starts_a_program_and_waits_to_be_killed)}",
                ])
            {
                RedirectStandardOutput = true,
                Environment = { [Variable] = file },
            };
            using var tests = TestProcess.Start(start);
            tests.Process.BeginOutputReadLine();
            var program = (await Eventually.BecomesAsync(
                () => File.ReadAllTextAsync(file), text => text.EndsWith('\n'), "the program is started")).Trim();
            Assert.True(await RunsAsync(program));

            tests.Process.Kill();
            await Eventually.IsTrueAsync(async () => !await RunsAsync(program), "it has ended");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The tests of the test above.</summary>
    [Fact(Explicit = true)]
    public async Task Starts_a_program_and_waits_to_be_killed()
    {
        var file = Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException("The other test of this class runs this one.");
        using var program = TestProcess.Start(new ProcessStartInfo("sleep", ["600"]));
        await File.WriteAllTextAsync(file, $"{program.Process.Id}\n");
        await program.Process.WaitForExitAsync();
    }

    private static async Task<bool> RunsAsync(string processId)
    {
        var (_, state, _) = await Npm.TryRunAsync(AppContext.BaseDirectory, "ps", ["-o", "stat=", "-p", processId]);
        return state.Trim() is { Length: > 0 } text && text[0] != 'Z';
    }
}
