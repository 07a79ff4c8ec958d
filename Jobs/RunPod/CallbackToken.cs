using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// RunPod does not sign its callbacks, so a job's callback URL carries an HMAC of the job's id.
/// </summary>
internal sealed class CallbackToken(IOptions<RunPodOptions> runPod, IOptions<AppOptions> app)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(runPod.Value.CallbackKey);

    public string For(Guid jobId) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(jobId.ToString("D"))));

    public bool IsValid(Guid jobId, string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.ASCII.GetBytes(For(jobId)));

    public string UrlFor(Guid jobId) => $"{app.Value.BaseUrl}/api/runpod/webhook/{jobId:D}?token={For(jobId)}";
}
