using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Registers the services of Jobs.</summary>
internal static class JobsExtensions
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddValidatedOptions<PricingOptions>("Pricing");
        services.AddValidatedOptions<JobsOptions>("Jobs");
        services.AddValidatedOptions<RunPodOptions>("RunPod");
        services.AddValidatedOptions<MarginGuardOptions>("MarginGuard");
        services.AddValidatedOptions<AppOptions>("App");
        services.AddSingleton<Pricing>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<CallbackToken>();
        services.AddSingleton<JobsMeter>();
        services.AddSingleton<IntentQueue>();
        services.AddSingleton<PollQueue>();
        services.AddSingleton<PollTimes>();
        services.AddSingleton<TurnQueue>();
        services.AddSingleton<IntentSignals>();
        services.AddHostedService<IntentListener>();
        services.AddSingleton<Replicas>();
        services.AddHostedService(provider => provider.GetRequiredService<Replicas>());
        services.AddSingleton<JobStore>();
        services.AddSingleton<IntentLoopParts>();
        services.AddSingleton<JobOutputs>();
        services.AddSingleton<UnansweredRuns>();
        services.AddSingleton<SubmitAnswers>();
        services.AddSingleton<RunReadings>();
        services.AddSingleton<RunPodWork>();
        services.AddSingleton<JobFiles>();
        services.AddSingleton<JobHold>();
        services.AddSingleton<JobSources>();
        services.AddSingleton<JobAcceptance>();
        services.AddSingleton<JobCancellation>();
        services.AddSingleton<JobRetries>();
        services.AddSingleton<IDeletedUserHandler, DeletedUserJobs>();
        services.AddSingleton<IUserDataSource, UserJobs>();
        services.AddSingleton<JobCallback>();
        services.AddSingleton<JobQueries>();
        services.AddSingleton<JobFigures>();
        services.AddSingleton<JobOutlooks>();
        services.AddSingleton<RunSpeeds>();
        services.AddSingleton<RunPodAccount>();
        services.AddSingleton<RunPodCalls>();
        services.AddSingleton<RunPodEndpoints>();
        services.AddSingleton<EndpointHealth>();
        services.AddSingleton<EndpointSlots>();
        services.AddSingleton<DispatchTurns>();
        services.AddSingleton<EndpointPauses>();
        services.AddSingleton<EndpointStates>();
        services.AddSingleton<MarginGuard>();
        services.AddHostedService(provider => provider.GetRequiredService<MarginGuard>());
        services.AddSingleton<RunPodClient>();
        services.AddHttpClient(RunPodClient.HttpClientName, RunPodClient.Configure)
            .ConfigurePrimaryHttpMessageHandler(RunPodClient.CreateHandler)
            .RemoveAllLoggers();
        services.AddSingleton<DeadIntents>();
        services.AddSingleton<BrokenSteps>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokenSteps>());
        services.AddSingleton<JobArchiver>();
        services.AddHostedService(provider => provider.GetRequiredService<JobArchiver>());
        services.AddSingleton<IntentObserver>();
        services.AddHostedService(provider => provider.GetRequiredService<IntentObserver>());
        services.AddHostedService<AbandonStep>();
        services.AddHostedService<DispatchStep>();
        services.AddHostedService<PollStep>();
        services.AddHostedService<CancelStep>();
        services.AddHostedService<EndHoldStep>();
        services.AddEventStreams<JobsDbContext, EndedJob>(EndedJob.Log);
        services.AddSingleton<OldEndedJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<OldEndedJobs>());
        services.AddRowChanges("job_changed");
        services.AddSingleton<IUserRows<JobView>, UserJobRows>();
        services.AddJobConditions();
    }
}
