"""The path to which the carrier posts texts."""

from django.urls import path  # type: ignore[import-not-found,unused-ignore]
from rapidsms.backends.http.views import GenericHttpBackendView  # type: ignore[import-not-found,unused-ignore]

urlpatterns = [path("sms", GenericHttpBackendView.as_view(backend_name="carrier"))]
