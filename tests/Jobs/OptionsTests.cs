using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs.Tests;

/// <summary>An invalid setting is reported with its key and what to write.</summary>
public class OptionsTests
{
    [Fact]
    public void RunPod_needs_a_key_an_endpoint_and_a_callback_key()
    {
        Assert.Equal(
            [
                "RunPod:ApiKey is not set. Set it to the API key of the RunPod account.",
                "RunPod:EndpointId is not set. Set it to the id of the serverless endpoint.",
                "RunPod:CallbackKey is missing or too short. Set it to a random text of 16 characters or more.",
            ],
            Errors("RunPod", new RunPodOptions()));
        Assert.Empty(Errors("RunPod", new RunPodOptions { ApiKey = "k", EndpointId = "a-b_1", CallbackKey = "sixteen-letters-" }));
    }

    [Fact]
    public void Invalid_RunPod_settings_are_rejected_without_the_value_of_a_secret()
    {
        var errors = Errors("RunPod", new RunPodOptions
        {
            ApiKey = "k",
            EndpointId = "a/../b",
            BaseUrl = "api.runpod.ai",
            CallbackKey = "short-secret",
            TimeoutSeconds = 21,
        });
        Assert.Equal(
            [
                "RunPod:EndpointId is 'a/../b'. Set it to the id of the serverless endpoint: letters, digits, '-' and '_'.",
                "RunPod:BaseUrl is 'api.runpod.ai'. Set it to an absolute http or https URL.",
                "RunPod:CallbackKey is missing or too short. Set it to a random text of 16 characters or more.",
                "RunPod:TimeoutSeconds is 21. Set it to an integer from 1 to 20.",
            ],
            errors);
        Assert.DoesNotContain(errors, error => error.Contains("short-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Timeouts_out_of_range_are_rejected()
    {
        Assert.Empty(Errors("Jobs", new JobsOptions()));
        Assert.Equal(
            [
                "Jobs:MaxRuns is 0. Set it to an integer from 1 to 100.",
                "Jobs:LeaseSeconds is 4. Set it to an integer from 5 to 604800.",
                "Jobs:BackoffSeconds is NaN. Set it to a number above 0 and at most 600.",
                "Jobs:MaxBackoffSeconds is 601. Set it to a number above 0 and at most 600.",
            ],
            Errors("Jobs", new JobsOptions { LeaseSeconds = 4, MaxRuns = 0, BackoffSeconds = double.NaN, MaxBackoffSeconds = 601 }));
        Assert.Equal(["App:Url is '/x'. Set it to an absolute http or https URL."], Errors("App", new AppOptions { Url = "/x" }));
    }

    private static IReadOnlyList<string> Errors(string section, IValidatedOptions options)
    {
        var errors = new OptionsErrors(section);
        options.Validate(errors);
        return errors.Messages;
    }
}
