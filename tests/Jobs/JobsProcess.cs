using System.Net;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The Jobs service in its own process.</summary>
public sealed class JobsProcess(ServiceProcess process) : IDisposable
{
    public static async Task<JobsProcess> StartAsync(Dictionary<string, string?> settings) =>
        new(await ServiceProcess.StartAsync("Jobs", settings));

    public JobUser User(JobsStack stack, JobUser user)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = process.Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
        client.DefaultRequestHeaders.Add(Caller.HeaderName, user.UserId.ToString());
        return new JobUser(stack, client, user.UserId, user.SourceKey, seedCents: 100);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <inheritdoc cref="ServiceProcess.PauseAsync"/>
    public Task PauseAsync() => process.PauseAsync();

    /// <inheritdoc cref="ServiceProcess.ResumeAsync"/>
    public Task ResumeAsync() => process.ResumeAsync();

    public void Dispose() => process.Dispose();
}
