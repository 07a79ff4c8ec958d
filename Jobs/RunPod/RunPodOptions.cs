using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The RunPod account and endpoint.</summary>
internal sealed class RunPodOptions : IValidatedOptions
{
    private const int MinCallbackKeyLength = 16;

    public string ApiKey { get; init; } = "";

    /// <summary>The endpoint of the jobs that none of <see cref="Endpoints"/> takes.</summary>
    public string EndpointId { get; init; } = "";

    /// <summary>Endpoints for jobs of some types and models; without any, all jobs go to <see cref="EndpointId"/>.</summary>
    public List<EndpointOptions> Endpoints { get; } = [];

    public string BaseUrl { get; init; } = "https://api.runpod.ai/v2";

    /// <summary>The HMAC key of the callback tokens.</summary>
    public string CallbackKey { get; init; } = "";

    /// <summary>What a second on the endpoint's GPU costs, in millionths of a dollar; 0 when it is not known.</summary>
    public long MicrodollarsPerSecond { get; init; }

    /// <summary>The timeout of a call to RunPod.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Submissions to an endpoint a second, by all replicas together; RunPod allows 100.</summary>
    public int RunsPerSecond { get; init; } = 80;

    /// <summary>Status calls to an endpoint a second, by all replicas together; RunPod allows 200.</summary>
    public int StatusCallsPerSecond { get; init; } = 160;

    /// <summary>Cancellations at an endpoint a second, by all replicas together; RunPod allows 10.</summary>
    public int CancelsPerSecond { get; init; } = 8;

    /// <summary>
    /// How many jobs of ours an endpoint has at most, per worker that it reports. RunPod works through its queue in order, so
    /// that the turns of the users are kept only in our own.
    /// </summary>
    public int OpenRunsPerWorker { get; init; } = 2;

    /// <summary>The same for an endpoint with few workers, or whose workers are not known.</summary>
    public int MinOpenRuns { get; init; } = 16;

    /// <summary>How many calls to an endpoint within half a minute must fail, at least half of all, before calls are suspended.</summary>
    public int BreakAfter { get; init; } = 10;

    public void Validate(OptionsErrors errors)
    {
        errors.Required(nameof(ApiKey), ApiKey, "the API key of the RunPod account");
        EndpointOptions.ValidateId(nameof(EndpointId), EndpointId, errors);
        for (var index = 0; index < Endpoints.Count; index++)
        {
            Endpoints[index].Validate($"{nameof(Endpoints)}:{index}", errors);
        }
        foreach (var twice in Endpoints.CountBy(endpoint => endpoint.Id).Where(count => count.Value > 1))
        {
            errors.Add(nameof(Endpoints), $"has '{twice.Key}' more than once. List each endpoint once.");
        }
        errors.HttpUrl(nameof(BaseUrl), BaseUrl);
        if (CallbackKey.Length < MinCallbackKeyLength)
        {
            errors.Add(
                nameof(CallbackKey),
                $"is missing or too short. Set it to a random text of {MinCallbackKeyLength} characters or more.");
        }
        errors.Range(nameof(MicrodollarsPerSecond), MicrodollarsPerSecond, 0, 1_000_000_000);
        // The lease of an intent must outlast the call.
        errors.Range(nameof(TimeoutSeconds), TimeoutSeconds, 1, 20);
        errors.Range(nameof(RunsPerSecond), RunsPerSecond, 1, 10_000);
        errors.Range(nameof(StatusCallsPerSecond), StatusCallsPerSecond, 1, 10_000);
        errors.Range(nameof(CancelsPerSecond), CancelsPerSecond, 1, 10_000);
        errors.Range(nameof(OpenRunsPerWorker), OpenRunsPerWorker, 1, 1000);
        errors.Range(nameof(MinOpenRuns), MinOpenRuns, 1, 100_000);
        errors.Range(nameof(BreakAfter), BreakAfter, 2, 10_000);
    }
}
