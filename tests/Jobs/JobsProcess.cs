using System.Diagnostics;
using System.Net;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The Jobs service as a process of its own, to be killed without a word.</summary>
public sealed class JobsProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private JobsProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<JobsProcess> StartAsync(Dictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Jobs.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        settings["Internal:Credential"] = ServiceApp.Credential;
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && text.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(text[(at + Listening.Length)..].Trim()));
            }
        };
        process.BeginOutputReadLine();
        return new JobsProcess(process, await address.Task.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    public JobUser User(JobsStack stack, JobUser user)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
        client.DefaultRequestHeaders.Add(Caller.HeaderName, user.UserId.ToString());
        return new JobUser(stack, client, user.UserId, user.SourceKey, seedCents: 100);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
