namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>A test that needs npm: skipped on a machine without it, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmTheoryAttribute : TheoryAttribute
{
    public NpmTheoryAttribute()
    {
        if (Npm.Path is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "npm is not on the PATH; install Node.js 20 or newer to run the independent gRPC client.";
        }
    }
}
