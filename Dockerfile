FROM python:3.11-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir -r requirements/base.txt -r requirements/postgres.in -r requirements/redis.in
COPY . .
RUN pip install --no-cache-dir --no-deps . && useradd --system --create-home --home-dir /data amurlive
USER amurlive
WORKDIR /data
EXPOSE 8000
CMD ["amurlive", "serve", "--host", "0.0.0.0"]
