using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

[Collection(nameof(Stack))]
public sealed partial class ReadmeTests(Stack stack)
{
    [Fact]
    public async Task The_readmes_journey_works_as_it_stands_there()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var script = CurlJourney().Match(readme).Groups[1].Value
            .Replace("http://localhost:8080", stack.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("http://localhost:12110", stack.Control.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var directory = Directory.CreateTempSubdirectory("reelballers-readme-").FullName;
        await TestVideo.RedAndBlueAsync(Path.Combine(directory, "clip.mp4"), 1280, 720, seconds: 5);

        // The mailbox holds the mails of other tests, and of who ran the journey before.
        using var client = new HttpClient();
        var other = new { to = "other@example.com", subject = "Sign in", text = $"#token={Guid.NewGuid():N}{Guid.NewGuid():N}" };
        using var put = await client.PostAsJsonAsync(new Uri(stack.Control, "/mail"), other);
        Assert.Equal(HttpStatusCode.Accepted, put.StatusCode);
        var output = await RunAsync(script, directory);

        Assert.Contains("\"status\":\"completed\"", output, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"topup\"", output, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"debit\"", output, StringComparison.Ordinal);
        Assert.Matches("\"email\":\"jo-[0-9]+@example.com\"", output);
        Assert.Equal((1920, 1080), await TestVideo.SizeAsync(Path.Combine(directory, "result.mp4")));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> RunAsync(string script, string directory)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        })!;
        var output = bash.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await bash.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
        }
        Assert.True(bash.ExitCode == 0, await output);
        return await output;
    }

    [GeneratedRegex("## The journey with curl.*?```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CurlJourney();
}
